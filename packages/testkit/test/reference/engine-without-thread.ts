import { ProviderError } from '@vision-agents/core';
import { fakeEngine } from '../../src/index.ts';
import { Result, type LocalInput } from './reference-local-stt.ts';
import type { AlterTranscribe } from './transcribe.ts';

/** Runs the engine where the plugin runs, for tests that would start threads by the hundred. */
export function withoutThread({ engine }: LocalInput): AlterTranscribe {
  const transcribe = fakeEngine(String(engine));
  return (_inThread, { provider }) =>
    async (utterance, { signal }) => {
      const { samples, sampleRate } = utterance.toFloat32();
      const aborted = Promise.withResolvers<never>();
      signal.addEventListener('abort', () => aborted.reject(signal.reason), { once: true });
      const answer = transcribe(Float32Array.from(samples), { sampleRate });
      const { data } = Result.safeParse(await Promise.race([answer, aborted.promise]));
      if (data) return data;
      const message = 'the engine gave what does not fit';
      throw new ProviderError({ provider, kind: 'protocol', message });
    };
}
