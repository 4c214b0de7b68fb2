import { inRealTime, recordings } from '@vision-agents/testkit';
import { expect, it, vi } from 'vitest';
import { AcmeProvider } from './acme-provider.ts';
import { STT } from './acme-stt.ts';
import { transcribe } from './use-stt.ts';

it('prints what is said', async () => {
  const log = vi.spyOn(console, 'log').mockReturnValue();
  const provider = new AcmeProvider();
  await provider.start();
  try {
    const stt = new STT({ baseUrl: provider.url, apiKey: 'acme-test-key' });
    await transcribe(inRealTime(recordings.ben.pcm().slice(0, 2_600)), stt);
    expect(log.mock.calls).toEqual([[recordings.ben.sentences[0]?.text]]);
    provider.assertDone();
  } finally {
    log.mockRestore();
    await provider.stop();
  }
});
