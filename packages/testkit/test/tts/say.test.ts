import { expect, it } from 'vitest';
import { readToneSpeech, say } from '../../src/index.ts';
import { ReferenceSpeechServer, ReferenceTTS, TTS_KEY } from './reference-http.ts';

it('prints the first chunks, how many more there were, and the last', async () => {
  const provider = new ReferenceSpeechServer();
  await provider.start();
  const tts = new ReferenceTTS({ baseUrl: provider.url, apiKey: TTS_KEY });
  const lines: string[] = [];
  const text = 'Your table for two is free tonight.';
  const speech = await say(tts, text, { print: (line) => void lines.push(line) });
  await provider.stop();

  expect(readToneSpeech(speech)).toBe(text);
  const chunks = lines.filter((line) => /^ +\d+\.\d\d s {2}chunk \d/.test(line));
  expect(chunks).toHaveLength(6);
  expect(chunks.at(-1)).toMatch(/of audio, the last$/);
  const last = Number(/chunk (\d+)/.exec(chunks.at(-1) ?? '')?.[1]);
  expect(lines[5]?.trim()).toBe(`… ${last - 5} more`);
  expect(lines.slice(-3)).toEqual([
    expect.stringMatching(/^35 characters, \d\.\d\d s of audio$/),
    expect.stringMatching(/^ {2}first audio after \d+ ms$/),
    expect.stringMatching(/^ {2}made in \d\.\d\d of the time/),
  ]);
});
