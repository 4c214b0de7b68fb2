import type { STT } from '@vision-agents/core';
import { describe, expect, it } from 'vitest';
import {
  runSTTRule,
  type Rule,
  type STTBench,
  type STTClient,
  type STTFake,
  type STTSubject,
} from '../../src/index.ts';

/** How long a plugin may take over all rules while as many others as there can be do the same. */
const TIMEOUT_MS = 240_000;

export interface Proof<Input, Provider extends STTFake, Client extends object> {
  rules: readonly Rule<STTBench>[];
  /** For each rule a plugin that breaks just that one. */
  broken: Readonly<Record<string, (input: Input) => STT>>;
  provider: () => Provider;
  /** What a plugin needs to find the provider. */
  input: (provider: Provider) => Input;
  /** How a client comes to a plugin that takes one. */
  client?: ((create: (input: Input) => STT) => STTClient<Provider, Client>) | undefined;
  /** Which rules each plugin is put to: its own only, where the others take too long. */
  put?: 'to all rules' | 'to its own rule';
  /** Rules that one plugin is put to at once. */
  atOnce?: number;
}

/** Each rule is proved by a plugin that breaks just that rule. */
export function proveRules<Input, Provider extends STTFake, Client extends object = object>({
  rules,
  broken,
  provider,
  input,
  client,
  put = 'to all rules',
  atOnce = 1,
}: Proof<Input, Provider, Client>): void {
  it('has a broken plugin for every rule', () => {
    expect(Object.keys(broken).toSorted()).toEqual(rules.map(({ id }) => id).toSorted());
  });

  describe.concurrent(`a broken plugin, put ${put}, fails just its own`, () => {
    it.for(Object.entries(broken))(
      '%s',
      { timeout: TIMEOUT_MS },
      async ([id, create], { expect: expectHere }) => {
        const failed = new Map<string, unknown>();
        const own = rules.findIndex((rule) => rule.id === id);
        // Each begins with its own, so that not all are put to the same heavy rule at once.
        const left =
          put === 'to all rules'
            ? [...rules.slice(own), ...rules.slice(0, own)]
            : rules.slice(own, own + 1);
        const runRest = async (): Promise<void> => {
          const subject: STTSubject<Provider, Client> = {
            create: (its) => create(input(its)),
            provider: provider(),
            client: client?.(create),
          };
          for (let rule = left.shift(); rule; rule = left.shift()) {
            const { id: ruleId } = rule;
            await runSTTRule(rule, subject).catch((error: unknown) => failed.set(ruleId, error));
          }
        };
        await Promise.all(Array.from({ length: atOnce }, runRest));
        const others = [...failed].filter(([rule]) => rule !== id);
        expectHere(others).toEqual([]);
        expectHere([...failed.keys()]).toEqual([id]);
      },
    );
  });
}
