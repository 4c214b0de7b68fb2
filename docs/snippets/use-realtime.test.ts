import { readToneSpeech, recordings } from '@vision-agents/testkit';
import { PcmData } from '@vision-agents/core';
import { expect, it, vi } from 'vitest';
import { Realtime } from './acme-realtime.ts';
import { AcmeRealtimeProvider } from './acme-realtime-provider.ts';
import { takePart } from './use-realtime.ts';

it('answers who speaks, with the table that it has found', async () => {
  const log = vi.spyOn(console, 'log').mockReturnValue();
  const provider = new AcmeRealtimeProvider();
  await provider.start();
  provider.reply({ toolCalls: [{ name: 'find_table' }] });
  provider.reply({ text: ({ messages }) => `Take ${messages.at(-1)?.text}.` });
  const played: PcmData[] = [];
  const participant = { id: '1', userId: 'ada', name: 'Ada' };
  const speaker = {
    play: (pcm: PcmData) => void played.push(pcm),
    clear: () => undefined,
    playedMs: () => Infinity,
  };
  const voices = (async function* speak() {
    const sentence = recordings.ada.pcm(16_000).slice(3_500);
    for (const pcm of sentence.chunks(320)) {
      yield { pcm, participant };
      await new Promise(setImmediate);
    }
    await vi.waitUntil(() => provider.prompts.length === 2 && provider.responding === 0);
  })();
  try {
    const realtime = new Realtime({ baseUrl: provider.url, apiKey: 'acme-test-key' });
    await takePart(voices, { realtime, speaker });
    expect(log.mock.calls).toEqual([['Ada: Friday evening at seven works best.']]);
    expect(readToneSpeech(PcmData.concat(played))).toBe('Take the one at the window.');
    provider.assertDone();
  } finally {
    log.mockRestore();
    await provider.stop();
  }
});
