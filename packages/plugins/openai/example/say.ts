/**
 * Has a text spoken, and prints when its audio comes.
 *
 *   npm run example:tts                                  a greeting
 *   npm run example:tts -- "Nice to meet you."           your own text
 *   npm run example:tts -- "Nice to meet you." a.wav     and its audio in a file
 *
 *   OPENAI_BASE_URL=http://localhost:8880/v1 npm run example:tts -- --model kokoro
 */
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { say } from '@vision-agents/testkit';
import { TTS } from '../src/index.ts';
import { testOptions } from '../test/support/fake-chat.ts';
import { FakeSpeech } from '../test/support/fake-speech.ts';
import { giveUp, introduce, isReal, readArguments } from './environment.ts';

const { model, texts } = readArguments();
const [text = 'Hello, I am your new voice.', file] = texts;
const fake = new FakeSpeech();

try {
  if (!isReal) await fake.start();
  introduce(
    isReal ? undefined : fake,
    'It speaks in tones, from which the tests read the text again.',
  );
  const speech = await say(new TTS(isReal ? { model } : { ...testOptions(fake), model }), text);
  if (file !== undefined) {
    // npm runs this in the plugin's folder; the path is meant from where the command was typed.
    const wav = resolve(process.env['INIT_CWD'] ?? '.', file);
    await writeFile(wav, speech.toWav());
    console.log(`\n${wav}`);
  }
} catch (error) {
  giveUp(error);
} finally {
  await fake.stop();
}
