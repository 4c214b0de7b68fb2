import { strict as assert } from 'node:assert';
import type { LLM } from '@vision-agents/core';
import {
  closesItsOwnClient,
  leavesGivenClientsOpen,
  type ClientWork,
} from '../../contract/plugin-client.ts';
import type { Rule } from '../../contract/rule.ts';
import { textOf, type LLMBench } from '../llm-bench.ts';

const work: ClientWork<LLMBench, LLM> = {
  given: (bench) => bench.client(),
  make: (bench) => bench.create().llm,
  async use(llm, text) {
    const said = textOf(await Array.fromAsync(llm.simpleResponse(text)));
    assert.equal(said, `You said: ${text}`, 'the question must be answered by way of the client');
  },
};

/** Rules for a plugin that can be given a client of the vendor's. */
export const clientLLMRules: readonly Rule<LLMBench>[] = [leavesGivenClientsOpen(work)];

/** A rule for a client that has to be closed. */
export const ownClientLLMRules: readonly Rule<LLMBench>[] = [closesItsOwnClient(work)];
