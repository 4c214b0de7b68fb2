import { strict as assert } from 'node:assert';
import {
  BaseEvent,
  ComponentErrorEvent,
  PcmData,
  type ProviderError,
  type TTS,
  type TTSOutputChunk,
} from '@vision-agents/core';
import { Changes } from '../contract/changes.ts';
import type { GivenClient, PluginClient } from '../contract/plugin-client.ts';
import type { TTSFake } from '../fake/index.ts';
import { readToneSpeech } from '../speech/index.ts';

/** What a contract suite needs to know of a plugin. */
export interface TTSSubject<Provider extends TTSFake = TTSFake, Client extends object = object> {
  /** A new instance that talks to the fake provider, with every credential it needs. */
  create(provider: Provider): TTS;
  /** The plugin's own fake. */
  provider: Provider;
  /** For a plugin that takes a client of the vendor's. */
  client?: PluginClient<Provider, TTS, Client> | undefined;
}

/** One instance under test, with everything that it told. */
export interface ObservedTTS {
  readonly tts: TTS;
  readonly events: readonly BaseEvent[];
  /** The errors that were told by events. */
  readonly errors: readonly ProviderError[];
}

/** Some speech is so long that it is still under way when something happens to it. */
export const LONG_TEXT = 'This is a sentence that is long enough to be interrupted in the middle.';
/** So much of it has come when it is held. */
export const HELD_MS = 300;

/** What a rule works with: the provider, instances that are closed when the rule has ended, and ways to wait. */
export class TTSBench {
  readonly provider: TTSFake;
  readonly #create: () => TTS;
  readonly #client: (() => GivenClient<TTS>) | undefined;
  readonly #changes = new Changes();
  readonly #made: TTS[] = [];

  constructor(init: {
    provider: TTSFake;
    create: () => TTS;
    client?: (() => GivenClient<TTS>) | undefined;
  }) {
    this.provider = init.provider;
    this.#create = init.create;
    this.#client = init.client;
  }

  /** A new client, for the rules about that. */
  client(): GivenClient<TTS> {
    assert(this.#client, 'the rule is about clients');
    return this.#client();
  }

  /** A new instance, not yet started. */
  create(): ObservedTTS {
    const tts = this.#create();
    this.#made.push(tts);
    const events: BaseEvent[] = [];
    const errors: ProviderError[] = [];
    tts.events.on(ComponentErrorEvent, ({ error }) => void errors.push(error));
    tts.events.on(BaseEvent, (event) => {
      events.push(event);
      this.#changes.notify();
    });
    return { tts, events, errors };
  }

  async start(): Promise<ObservedTTS> {
    const observed = this.create();
    await observed.tts.start();
    return observed;
  }

  /** Begins to speak and stops in the middle: some audio has come, and the reader waits for more. */
  async startSpeaking(
    { tts }: ObservedTTS,
    options: Parameters<TTS['send']>[1] = {},
  ): Promise<Speaking> {
    const { provider } = this;
    provider.voice.hold(HELD_MS);
    const read: TTSOutputChunk[] = [];
    const before = provider.voice.speaking;
    let receivedMs = 0;
    const ended = (async () => {
      for await (const chunk of tts.send(LONG_TEXT, options)) {
        read.push(chunk);
        receivedMs += chunk.pcm?.durationMs ?? 0;
        this.#changes.notify();
      }
    })();
    // It is awaited by the rule, but may reject before.
    ended.catch(() => undefined);
    await provider.changes.until(
      'the text is being spoken',
      () => provider.voice.speaking > before,
    );
    await this.until(
      () => `${HELD_MS} ms of audio come out (${Math.round(receivedMs)} ms did)`,
      () => receivedMs > HELD_MS - 60,
    );
    return { read, ended };
  }

  /** Resolves when the condition holds; it is looked at whenever something comes out of an instance. */
  until<T>(
    what: string | (() => string),
    condition: () => T | undefined | false,
    timeoutMs?: number,
  ): Promise<T> {
    return this.#changes.until(what, condition, { timeoutMs });
  }

  /** Waits for an error event that fits. */
  async error(
    { errors }: ObservedTTS,
    what: string,
    fits: (error: ProviderError) => boolean,
  ): Promise<ProviderError> {
    const seen = (): string =>
      errors.map(({ kind, message }) => `${kind} (${message})`).join(', ') || 'none';
    return this.until(
      () => `an error event of ${what} (so far: ${seen()})`,
      () => errors.find(fits),
    );
  }

  /** Waits until the provider has nothing more to say: what was under way was taken back. */
  async letGo(): Promise<void> {
    const { voice, changes } = this.provider;
    await changes.until('the provider is told to stop', () => voice.speaking === 0);
    assert.equal(voice.completed, 0, 'the provider must be stopped, not left to speak to the end');
  }

  /** Closes what the rule left open. A hung close must not hang the suite. */
  async cleanUp(): Promise<void> {
    const timeout = Promise.withResolvers<void>();
    const timer = setTimeout(timeout.resolve, 10_000);
    await Promise.race([Promise.allSettled(this.#made.map((tts) => tts.close())), timeout.promise]);
    clearTimeout(timer);
  }
}

/** Speech that is under way. */
export interface Speaking {
  readonly read: readonly TTSOutputChunk[];
  /** Rejects as reading it does. */
  readonly ended: Promise<void>;
}

export async function readAll(speech: AsyncIterable<TTSOutputChunk>): Promise<TTSOutputChunk[]> {
  const chunks: TTSOutputChunk[] = [];
  for await (const chunk of speech) chunks.push(chunk);
  return chunks;
}

/** The audio of the chunks as one; undefined when there is none. */
export function audioOf(chunks: readonly TTSOutputChunk[]): PcmData | undefined {
  const parts = chunks.flatMap(({ pcm }) => pcm ?? []);
  return parts.length === 0 ? undefined : PcmData.concat(parts);
}

/** The text that is heard in the audio. */
export function textOf(chunks: readonly TTSOutputChunk[]): string {
  const pcm = audioOf(chunks);
  return pcm ? readToneSpeech(pcm) : '';
}

/** @throws AssertionError when the work takes longer than `limitMs` */
export async function takesAtMost<T>(limitMs: number, what: string, work: Promise<T>): Promise<T> {
  const { promise: late, resolve } = Promise.withResolvers<'late'>();
  const timer = setTimeout(() => resolve('late'), limitMs);
  try {
    const outcome = await Promise.race([work.then((value) => ({ value })), late]);
    if (outcome === 'late') assert.fail(`${what} is still not done after ${limitMs} ms`);
    return outcome.value;
  } finally {
    clearTimeout(timer);
  }
}
