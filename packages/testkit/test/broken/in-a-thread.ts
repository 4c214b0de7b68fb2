import type { STT } from '@vision-agents/core';
import { ReferenceLocalSTT, type LocalInput } from '../reference/reference-local-stt.ts';
import { unaltered, type AlterTranscribe } from '../reference/transcribe.ts';
import { brokenAnywhere, brokenFrom, brokenWithRequests } from './any-plugin.ts';
import { emptyTexts, givesUpAtOnce } from './broken-transcribe.ts';

class TakesAnyOption extends ReferenceLocalSTT {
  constructor({ engine }: LocalInput = {}, alter?: AlterTranscribe) {
    super({ engine }, alter);
  }
}

/**
 * For each rule of a plugin with an engine, one that breaks just that rule.
 *
 * @param run where the engine runs, when it is not in a thread
 */
export function brokenLocally(
  run: (input: LocalInput) => AlterTranscribe = () => unaltered,
): Readonly<Record<string, (input: LocalInput) => STT>> {
  const good = (input: LocalInput): STT => new ReferenceLocalSTT(input, run(input));
  const altered = (alter: AlterTranscribe) => (input: LocalInput) =>
    new ReferenceLocalSTT(input, (transcribe, stt) => alter(run(input)(transcribe, stt), stt));
  return {
    ...brokenFrom(brokenAnywhere, good),
    ...brokenFrom(brokenWithRequests, good),
    'no-empty-text': altered(emptyTexts),
    'survives-a-temporary-error': altered(givesUpAtOnce),
    'refuses-unknown-options': (input) => new TakesAnyOption(input, run(input)),
  };
}
