import { describe, expect, it } from 'vitest';
import { runSTTRule, sttRules } from '../src/index.ts';
import { brokenPlugins } from './broken-plugins.ts';
import { ReferenceProvider } from './reference/reference-provider.ts';

describe('each rule is proved by a plugin that breaks just that rule', () => {
  it('has one for every rule', () => {
    expect(Object.keys(brokenPlugins).toSorted()).toEqual(sttRules.map(({ id }) => id).toSorted());
  });

  describe.concurrent('and only that rule fails', () => {
    it.for(Object.entries(brokenPlugins))(
      '%s',
      { timeout: 120_000 },
      async ([id, create], { expect: expectHere }) => {
        const provider = new ReferenceProvider();
        const failed = new Map<string, unknown>();
        for (const rule of sttRules) {
          await runSTTRule(rule, { create, provider }).catch((error: unknown) =>
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
