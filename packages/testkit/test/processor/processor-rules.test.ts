import { describe, expect, it } from 'vitest';
import {
  processorRules,
  processorRulesByCapability,
  processorRulesFor,
  runProcessorRule,
} from '../../src/index.ts';
import { Processor } from '@vision-agents/core';
import { brokenProcessors } from './broken-processors.ts';
import { ReferenceProcessor, testInput } from './reference-processor.ts';

describe('each rule is proved by a processor that breaks just that rule', () => {
  it('has one for every rule', () => {
    expect(Object.keys(brokenProcessors).toSorted()).toEqual(
      processorRules.map(({ id }) => id).toSorted(),
    );
  });

  describe.concurrent('and only that rule fails', () => {
    it.for(Object.entries(brokenProcessors))(
      '%s',
      { timeout: 60_000 },
      async ([id, create], { expect: expectHere }) => {
        const failed = new Map<string, unknown>();
        for (const rule of processorRules) {
          await runProcessorRule(rule, { create }).catch((error: unknown) =>
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

describe('rules are chosen by what a processor can do', () => {
  class Idle extends Processor {
    override readonly name = 'idle';
  }

  it('all of them, and only those of every processor', async () => {
    const all = new ReferenceProcessor(testInput);
    expect(processorRulesFor(all)).toEqual(processorRules);
    const idle = new Idle({ provider: 'idle' });
    expect(processorRulesFor(idle)).toEqual(processorRulesByCapability.every);
    await Promise.all([all.close(), idle.close()]);
  });
});
