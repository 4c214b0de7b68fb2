import { describe, expect, it } from 'vitest';
import { runTTSRule, ttsRules } from '../../src/index.ts';
import { brokenTTS } from './broken-plugins.ts';
import { ReferenceTTSProvider } from './reference-socket.ts';

describe('each rule is proved by a plugin that breaks just that rule', () => {
  it('has one for every rule', () => {
    expect(Object.keys(brokenTTS).toSorted()).toEqual(ttsRules.map(({ id }) => id).toSorted());
  });

  describe.concurrent('and only that rule fails', () => {
    it.for(Object.entries(brokenTTS))(
      '%s',
      { timeout: 120_000 },
      async ([id, create], { expect: expectHere }) => {
        const provider = new ReferenceTTSProvider();
        const failed = new Map<string, unknown>();
        for (const rule of ttsRules) {
          await runTTSRule(rule, { create, provider }).catch((error: unknown) =>
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
