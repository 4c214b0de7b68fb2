import { describe, expect, it } from 'vitest';
import {
  liveVideoRules,
  realtimeRules,
  runRealtimeRule,
  speechToSpeechRules,
} from '../../src/realtime/realtime-rules.ts';
import { brokenRealtime } from './broken-realtime.ts';
import { ReferenceRealtimeProvider } from './reference-realtime-provider.ts';

/** Those about video have plugins of their own that break them, which see without speaking. */
const rules = realtimeRules.filter((rule) => !liveVideoRules.includes(rule));

describe('each rule is proved by a plugin that breaks just that rule', () => {
  it('has one for every rule', () => {
    expect(Object.keys(brokenRealtime).toSorted()).toEqual(
      speechToSpeechRules.map(({ id }) => id).toSorted(),
    );
  });

  describe.concurrent('and only that rule fails', () => {
    it.for(Object.entries(brokenRealtime))(
      '%s',
      { timeout: 180_000 },
      async ([id, create], { expect: expectHere }) => {
        const provider = new ReferenceRealtimeProvider();
        const failed = new Map<string, unknown>();
        for (const rule of rules) {
          await runRealtimeRule(rule, { create, provider }).catch((error: unknown) =>
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
