import { afterEach, beforeEach, expect, it } from 'vitest';
import { ReferenceRealtimeProvider } from '../../test/realtime/reference-realtime-provider.ts';
import { REALTIME_KEY, ReferenceRealtime } from '../../test/realtime/reference-realtime.ts';
import { readToneSpeech, recordings } from '../speech/index.ts';
import { talk } from './index.ts';

const provider = new ReferenceRealtimeProvider();

beforeEach(() => provider.start());
afterEach(() => provider.stop());

it('prints what both said, and gives the last answer', async () => {
  const realtime = new ReferenceRealtime({ baseUrl: provider.url, apiKey: REALTIME_KEY });
  const lines: string[] = [];
  const sentence = recordings.ada.pcm(16_000).slice(3_500);
  const answer = await talk(realtime, sentence, { print: (line) => lines.push(line) });
  const text = 'You said: Friday evening at seven works best.';
  expect(readToneSpeech(answer)).toBe(text);
  expect(lines.map((line) => line.replace(/^ *[\d.]+ s {2}/, '')).slice(0, -1)).toEqual([
    'user     begins to speak',
    'user     has ended',
    'user     Friday evening at seven works best.',
    'agent    begins to speak',
    `agent    ${text}`,
    '',
  ]);
  expect(lines.at(-1)).toMatch(/^First audio after the end of speech: median \d+ ms/);
  provider.assertDone();
});
