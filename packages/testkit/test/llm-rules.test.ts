import { describe, expect, it } from 'vitest';
import { FakeChatServer, llmRules, runLLMRule } from '../src/index.ts';
import { brokenLLMs } from './broken-llms.ts';
import { REFERENCE_KEY } from './reference/reference-provider.ts';

describe('each rule is proved by a plugin that breaks just that rule', () => {
  it('has one for every rule', () => {
    expect(Object.keys(brokenLLMs).toSorted()).toEqual(llmRules.map(({ id }) => id).toSorted());
  });

  describe.concurrent('and only that rule fails', () => {
    it.for(Object.entries(brokenLLMs))(
      '%s',
      { timeout: 120_000 },
      async ([id, create], { expect: expectHere }) => {
        const provider = new FakeChatServer({ apiKey: REFERENCE_KEY });
        const failed = new Map<string, unknown>();
        for (const rule of llmRules) {
          await runLLMRule(rule, { create, provider }).catch((error: unknown) =>
            failed.set(rule.id, error),
          );
        }
        const others = [...failed].filter(([rule]) => rule !== id);
        expectHere(others).toEqual([]);
        expectHere([...failed.keys()]).toEqual([id]);
      },
    );
  });
});
