/**
 * Speaks a recording to the plugin in real time, and prints what it hears.
 *
 *   npm run example:stt                  a recording of the testkit
 *   npm run example:stt -- --realtime    the same over a connection that is kept
 *   npm run example:stt -- speech.wav    your own, with the real service
 *
 *   OPENAI_BASE_URL=http://localhost:8000/v1 npm run example:stt -- --model whisper-1
 */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { PcmData } from '@vision-agents/core';
import { listen, recordings } from '@vision-agents/testkit';
import { RealtimeSTT, STT } from '../src/index.ts';
import { testOptions } from '../test/support/fake-chat.ts';
import { FakeTranscriptionSessions } from '../test/support/fake-transcription-session.ts';
import { FakeTranscriptions } from '../test/support/fake-transcriptions.ts';
import { giveUp, introduce, isReal, readArguments } from './environment.ts';

const { model, texts, realtime } = readArguments();
const [file] = texts;
const Hearing = realtime ? RealtimeSTT : STT;
const fake = realtime ? new FakeTranscriptionSessions() : new FakeTranscriptions();

try {
  const speech = file === undefined ? recordings.ada : await readSpeech(file);
  if (isReal) {
    introduce(undefined, '');
    await listen(new Hearing({ model }), speech);
  } else {
    await fake.start();
    introduce(fake, 'It knows the recordings of the testkit.');
    await listen(new Hearing({ ...testOptions(fake), model }), speech);
  }
} catch (error) {
  giveUp(error);
} finally {
  await fake.stop();
}

async function readSpeech(path: string): Promise<PcmData> {
  // npm runs this in the plugin's folder; the path is meant from where the command was typed.
  const wav = resolve(process.env['INIT_CWD'] ?? '.', path);
  return PcmData.fromWav(await readFile(wav));
}
