import { FakeChatServer, NumberedTrack } from '@vision-agents/testkit';
import { expect, it, vi } from 'vitest';
import { Processor } from './acme-lights.ts';
import { LLM } from './acme-llm.ts';
import { answerAbout } from './use-processor.ts';

it('tells a model what is seen, with the question', async () => {
  const log = vi.spyOn(console, 'log').mockReturnValue();
  const apiKey = 'acme-test-key';
  const provider = new FakeChatServer({ apiKey, path: '/chat/completions' });
  await provider.start();
  const track = new NumberedTrack();
  const llm = new LLM({ baseUrl: provider.url, apiKey });
  try {
    const processor = new Processor({ fps: 20 });
    const questions = (async function* ask() {
      await vi.waitUntil(() => processor.state() !== undefined, { timeout: 10_000 });
      yield 'Is there light?';
      yield 'And now?';
    })();
    await answerAbout(track, questions, { llm, processor });
    expect(log.mock.calls.flat()).toContain('You said: Is there light?');
    const [first, second] = provider.prompts;
    expect(first?.instructions).toContain('- lights: {"lights":1}');
    expect(first?.tools.map(({ name }) => name)).toEqual(['find_lights']);
    // It is told anew with each question, and is no part of the conversation.
    expect(second?.instructions.match(/- lights: /g)).toHaveLength(1);
    expect(second?.messages).toHaveLength(3);
    expect(llm.getAvailableFunctions()).toEqual([]);
    expect(track.readers).toBe(0);
  } finally {
    log.mockRestore();
    await llm.close();
    await provider.stop();
  }
});
