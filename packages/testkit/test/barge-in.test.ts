import { getEventListeners } from 'node:events';
import { ComponentErrorEvent, textOf, type LLMResponse } from '@vision-agents/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { trackHandles } from '../src/contract/open-handles.ts';
import { FakeChatServer } from '../src/index.ts';
import { ReferenceLLM } from './reference/reference-llm.ts';
import { REFERENCE_KEY } from './reference/reference-provider.ts';

const TIMES = 1_000;
/** An answer takes about so many turns of the event loop. */
const TURNS = 30;
const WORDS = 6;

/** Random numbers that are the same each time (mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const hasFunction = (time: number): boolean => time % 3 === 0;

const wordsOf = (texts: readonly string[]): Set<string> =>
  new Set(texts.join(' ').match(/w\d+x/g) ?? []);

const turns = async (count: number): Promise<void> => {
  for (let turn = 0; turn < count; turn += 1) await new Promise(setImmediate);
};

describe('an answer that is interrupted at any moment', () => {
  const rejections: unknown[] = [];
  const onRejection = (reason: unknown): void => void rejections.push(reason);

  beforeAll(() => void process.on('unhandledRejection', onRejection));
  afterAll(() => void process.off('unhandledRejection', onRejection));

  it(
    `a thousand times: no stale word, no error, nothing left over`,
    { timeout: 120_000 },
    async () => {
      const random = randomNumbers(20_240_607);
      const pick = (below: number): number => Math.floor(random() * below);
      const provider = new FakeChatServer({ apiKey: REFERENCE_KEY });
      await provider.start();
      using handles = trackHandles();
      const llm = new ReferenceLLM({ baseUrl: `${provider.url}/v1`, apiKey: REFERENCE_KEY });
      const errors: unknown[] = [];
      llm.events.on(ComponentErrorEvent, ({ error }) => void errors.push(error));
      // What the model says depends on the question alone: a request that was given up may still arrive.
      provider.answerTo = ({ messages }) => {
        const last = messages.at(-1);
        const asked = messages.findLast(({ role }) => role === 'user')?.text.slice(1);
        const text = `w${asked}x `.repeat(WORDS).trim();
        const toolCalls = [{ name: 'look', arguments: { asked } }];
        return last?.role === 'user' && hasFunction(Number(asked)) ? { text, toolCalls } : { text };
      };
      let running = 0;
      llm.registerFunction({
        name: 'look',
        description: 'Looks',
        parameters: { type: 'object' },
        execute: async (_args, { signal }) => {
          running += 1;
          try {
            for (let turn = 0; turn < 4; turn += 1) {
              await turns(1);
              signal.throwIfAborted();
            }
            return 'seen';
          } finally {
            running -= 1;
          }
        },
      });
      await handles.run(() => llm.start());

      /** The words of the answers that came to their end. */
      const told = new Set<string>();
      const outcomes = { whole: 0, interrupted: 0, before: 0 };
      for (let time = 0; time < TIMES; time += 1) {
        const word = `w${time}x`;
        const withFunction = hasFunction(time);
        const abort = new AbortController();
        const leaveAfter = pick(4) === 0 ? pick(WORDS) + 1 : Infinity;
        const stale: LLMResponse[] = [];
        let deltas = 0;
        let whole = false;
        const reading = handles.run(async () => {
          const answer = llm.simpleResponse(`q${time}`, { signal: abort.signal, turnId: word });
          for await (const item of answer) {
            if (abort.signal.aborted) stale.push(item);
            if (item.type === 'final') whole = true;
            deltas += 1;
            if (deltas === leaveAfter) break;
          }
        });
        if (pick(10) === 0) await reading;
        else await turns(pick(TURNS * (withFunction ? 2 : 1)));
        abort.abort(new Error('barge-in'));
        await reading;

        expect(stale, `a word came after the interruption in round ${time}`).toEqual([]);
        if (whole) told.add(word);
        const history = wordsOf(llm.conversation.messages.map(textOf));
        expect(history.has(word), `round ${time} is in the history`).toBe(whole);
        expect([...history].filter((known) => !told.has(known))).toEqual([]);
        outcomes[whole ? 'whole' : deltas > 0 ? 'interrupted' : 'before'] += 1;
      }

      // Nor was the model ever given one of another answer that was interrupted.
      for (const { messages } of provider.prompts) {
        const own = messages.findLast(({ role }) => role === 'user')?.text.slice(1);
        const said = messages.filter(({ role }) => role === 'assistant').map(({ text }) => text);
        const untold = [...wordsOf(said)].filter((word) => !told.has(word));
        expect(untold.filter((word) => word !== `w${own}x`)).toEqual([]);
      }
      // The numbers depend on the machine; that all of it happened does not.
      expect(outcomes.whole).toBeGreaterThan(0);
      expect(outcomes.interrupted).toBeGreaterThan(0);
      expect(outcomes.before).toBeGreaterThan(0);
      expect(provider.violations).toEqual([]);
      expect(errors).toEqual([]);
      expect(running).toBe(0);
      expect(getEventListeners(llm.signal, 'abort').length).toBeLessThan(5);
      await handles.run(() => llm.close());
      await turns(20);
      expect(handles.open).toEqual([]);
      expect(rejections).toEqual([]);
      await provider.stop();
    },
  );
});
