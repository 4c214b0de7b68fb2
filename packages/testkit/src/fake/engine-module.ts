import { BroadcastChannel } from 'node:worker_threads';
import { isEngineOrder, type EngineJob } from './engine-wire.ts';

/** An engine that takes an utterance, mono, as samples from -1 to 1. */
export type Transcribe = (
  samples: Float32Array,
  options: { sampleRate: number },
) => Promise<unknown>;

/**
 * The engine that runs in the plugin's thread, where `FakeEngineProvider` says what it hears.
 *
 * ```ts
 * export const transcribe = fakeEngine(import.meta.url);
 * ```
 */
export function fakeEngine(module: string): Transcribe {
  const name = new URL(module).searchParams.get('channel');
  if (name === null) throw new Error('Ask FakeEngineProvider for the URL of the engine');
  return (samples, { sampleRate }) => ask(name, { from: crypto.randomUUID(), samples, sampleRate });
}

function ask(name: string, job: EngineJob): Promise<unknown> {
  const channel = new BroadcastChannel(name);
  return new Promise<unknown>((resolve, reject) => {
    channel.onmessage = ({ data }: { data: unknown }) => {
      if (!isEngineOrder(data) || data.to !== job.from) return;
      channel.close();
      switch (data.type) {
        case 'text':
          resolve({ text: data.text });
          return;
        case 'error':
          reject(new Error(data.message));
          return;
        case 'garbage':
          resolve('garbage'.repeat(150_000));
          return;
        case 'exit':
          process.exit(1);
      }
    };
    channel.postMessage(job);
  });
}
