/**
 * Speaks a recording to a speech-to-speech model, prints what both say and how long the answers take, and keeps the
 * last answer.
 *
 *   npm run example:realtime                            a recording of the testkit
 *   npm run example:realtime -- question.wav            your own voice, best with the real service
 *   npm run example:realtime -- question.wav reply.wav  and where the answer goes
 *
 *   OPENAI_BASE_URL=http://localhost:8000/v1 npm run example:realtime -- --model my-model
 */
import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { PcmData } from '@vision-agents/core';
import { recordings, talk } from '@vision-agents/testkit';
import { Realtime } from '../src/index.ts';
import { FakeRealtime, realtimeOptions } from '../test/support/fake-realtime.ts';
import { giveUp, introduce, isReal, readArguments } from './environment.ts';

const { model, texts } = readArguments();
const [question, reply] = texts;
// npm runs this in the plugin's folder; paths are meant from where the command was typed.
const here = process.env['INIT_CWD'] ?? '.';
const fake = new FakeRealtime();

try {
  const speech =
    question === undefined
      ? recordings.ada
      : PcmData.fromWav(await readFile(resolve(here, question)));
  if (!isReal) await fake.start();
  introduce(
    isReal ? undefined : fake,
    "It knows the testkit's recordings, repeats what it hears, and speaks in tones.",
  );
  const options = isReal ? { model } : { ...realtimeOptions(fake), model };
  const answer = await talk(new Realtime(options), speech);
  const wav = reply === undefined ? join(tmpdir(), 'openai-answer.wav') : resolve(here, reply);
  await writeFile(wav, answer.toWav());
  console.log(`The last answer, ${(answer.durationMs / 1_000).toFixed(1)} s: ${wav}`);
} catch (error) {
  giveUp(error);
} finally {
  await fake.stop();
}
