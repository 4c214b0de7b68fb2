import { strict as assert } from 'node:assert';
import type { TTS } from '@vision-agents/core';
import {
  closesItsOwnClient,
  leavesGivenClientsOpen,
  type ClientWork,
} from '../../contract/plugin-client.ts';
import type { Rule } from '../../contract/rule.ts';
import { readAll, textOf, type TTSBench } from '../tts-bench.ts';

const work: ClientWork<TTSBench, TTS> = {
  given: (bench) => bench.client(),
  make: (bench) => bench.create().tts,
  async use(tts, text) {
    const heard = textOf(await readAll(tts.send(text)));
    assert.equal(heard, text, 'the text must be spoken by way of the client');
  },
};

/** Rules for a plugin that can be given a client of the vendor's. */
export const clientTTSRules: readonly Rule<TTSBench>[] = [leavesGivenClientsOpen(work)];

/** A rule for a client that has to be closed. */
export const ownClientTTSRules: readonly Rule<TTSBench>[] = [closesItsOwnClient(work)];
