import { fakeEngine } from '@vision-agents/testkit';

/** Stands for an engine: it hears the recordings of the testkit. */
export const transcribe = fakeEngine(import.meta.url);
