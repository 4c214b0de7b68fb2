import { FakeChatServer, NumberedTrack } from '@vision-agents/testkit';
import { expect, it, vi } from 'vitest';
import { VLM } from './acme-vlm.ts';
import { askAbout } from './use-vlm.ts';

it('prints what the model sees, while others get every frame', async () => {
  const log = vi.spyOn(console, 'log').mockReturnValue();
  const apiKey = 'acme-test-key';
  const provider = new FakeChatServer({ apiKey, path: '/chat/completions' });
  await provider.start();
  const track = new NumberedTrack();
  const recorded: number[] = [];
  try {
    const vlm = new VLM({ baseUrl: provider.url, apiKey });
    const questions = (async function* ask() {
      await vi.waitUntil(() => vlm.frames.length > 0, 4_000);
      yield 'What is it?';
    })();
    await askAbout(track, questions, { vlm, record: (timeMs) => recorded.push(timeMs) });
    expect(log.mock.calls).toEqual([['You said: What is it?']]);
    expect(provider.prompts[0]?.messages[0]?.images).toHaveLength(1);
    expect(recorded.length).toBeGreaterThan(0);
    expect(track.readers).toBe(0);
    provider.assertDone();
  } finally {
    log.mockRestore();
    await provider.stop();
  }
});
