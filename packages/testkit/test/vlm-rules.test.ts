import { describe, expect, it } from 'vitest';
import { FakeChatServer, llmRules, runVLMRule, videoRules, vlmRules } from '../src/index.ts';
import { brokenVLMs } from './broken-vlms.ts';
import { REFERENCE_KEY } from './reference/reference-provider.ts';

describe('each rule of video is proved by a plugin that breaks just that rule', () => {
  it('has one for every rule', () => {
    expect(Object.keys(brokenVLMs).toSorted()).toEqual(videoRules.map(({ id }) => id).toSorted());
    expect(vlmRules).toEqual([...llmRules, ...videoRules]);
  });

  describe.concurrent('and only that rule fails', () => {
    it.for(Object.entries(brokenVLMs))(
      '%s',
      { timeout: 120_000 },
      async ([id, create], { expect: expectHere }) => {
        const provider = new FakeChatServer({ apiKey: REFERENCE_KEY });
        const failed = new Map<string, unknown>();
        for (const rule of videoRules) {
          await runVLMRule(rule, { create, provider }).catch((error: unknown) =>
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
