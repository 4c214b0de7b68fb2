import { fakeEngine } from '../../src/fake/engine-module.ts';

export const transcribe = fakeEngine(import.meta.url);
