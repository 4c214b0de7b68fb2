import { VirtualClock } from '@vision-agents/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ChatCompletionsLLM } from '../src/index.ts';
import { ask, fail } from './support/ask.ts';
import { FakeChat, testOptions } from './support/fake-chat.ts';

const server = new FakeChat();
const made: ChatCompletionsLLM[] = [];

function create(
  input: ConstructorParameters<typeof ChatCompletionsLLM>[0] = {},
): ChatCompletionsLLM {
  const llm = new ChatCompletionsLLM({ ...testOptions(server), ...input });
  made.push(llm);
  return llm;
}

beforeEach(() => server.start());
afterEach(async () => {
  await Promise.all(made.splice(0).map((llm) => llm.close()));
  await server.stop();
});

describe('what goes wrong', () => {
  it('429: asks again after what Retry-After says', async () => {
    const clock = new VirtualClock();
    const llm = create();
    llm.useClock(clock);
    server.refuse(429, { retryAfterSeconds: 2 });
    const asked = ask(llm, 'Hello?');
    await server.changes.until('it is refused', () => server.requests.length === 1);
    server.accept();
    const { final } = await clock.until(asked, { limitMs: 3_000 });
    expect(final.latencyMs).toBeGreaterThanOrEqual(2_000);
    expect(server.requests).toHaveLength(2);
    expect(clock.pending).toBe(0);
  });

  it('429: gives up at once where it would have to wait too long, and says for how long', async () => {
    server.refuse(429, { retryAfterSeconds: 60 });
    expect(await fail(create())).toMatchObject({
      kind: 'rate-limit',
      status: 429,
      retryAfterMs: 60_000,
      retryable: true,
    });
    expect(server.requests).toHaveLength(1);
  });

  it('500: does not ask twice, and says what was answered', async () => {
    const llm = create();
    server.refuse(500);
    expect(await fail(llm)).toMatchObject({ kind: 'network', status: 500, retryable: true });
    expect(server.requests).toHaveLength(1);
    server.accept();
    expect((await ask(llm, 'Again?')).final.text).toBe('You said: Again?');
  });

  it('400: is told what was wrong with the request', async () => {
    const error = await fail(create({ fields: { seeds: 3 } }));
    expect(error).toMatchObject({ kind: 'unsupported', status: 400, retryable: false });
    expect(error.message).toContain("Unknown parameter: 'seeds'.");
  });

  it('a stream that is cut in the middle leaves no word in the history', async () => {
    const llm = create();
    server.reply({ text: 'Umbrellas are', ending: 'cut' });
    expect(await fail(llm)).toMatchObject({ kind: 'network', retryable: true });
    expect(llm.conversation.messages).toEqual([{ role: 'user', content: 'Hello?' }]);
    await server.changes.until('nothing is open', () => server.openConnections === 0);
    server.assertDone();
  });

  it.each([
    ['before the first word', 0],
    ['in the middle', 2],
  ])('a silence of 30 s %s is a timeout', async (_where, holdAfter) => {
    const clock = new VirtualClock();
    const llm = create();
    llm.useClock(clock);
    server.reply({ text: 'Umbrellas are recommended.', holdAfter });
    const failed = fail(llm);
    await server.changes.until('it is asked', () => server.prompts.length === 1);
    await clock.settle();
    await clock.advance(29_900);
    expect(server.openConnections).toBe(1);
    expect(await clock.until(failed, { limitMs: 200 })).toMatchObject({ kind: 'timeout' });
    expect(clock.pending).toBe(0);
    await server.changes.until('nothing is open', () => server.openConnections === 0);
  });

  it('a model that is not there after 30 s is a timeout', async () => {
    const clock = new VirtualClock();
    const llm = create();
    llm.useClock(clock);
    server.stall();
    const failed = fail(llm);
    await server.changes.until('it is asked', () => server.requests.length === 1);
    expect(await clock.until(failed, { limitMs: 31_000, stepMs: 1_000 })).toMatchObject({
      kind: 'timeout',
    });
    expect(clock.pending).toBe(0);
  });
});
