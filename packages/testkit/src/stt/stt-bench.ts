import { strict as assert } from 'node:assert';
import type { Participant, ProviderError, STT, STTOutput, Transcript } from '@vision-agents/core';
import { BaseEvent, ComponentErrorEvent } from '@vision-agents/core';
import { PcmData } from '@vision-agents/core/audio';
import { Changes } from '../contract/changes.ts';
import type { GivenClient, PluginClient } from '../contract/plugin-client.ts';
import { FakeSTTProvider, type STTFake } from '../fake/index.ts';
import { recordings } from '../speech/index.ts';
import { evidenceOf } from './evidence.ts';

/** What a contract suite needs to know of a plugin. */
export interface STTSubject<
  Provider extends STTFake = STTFake,
  Client extends object = object,
> extends STTPlugin<Provider> {
  /** For a plugin that takes a client of the vendor's. */
  client?: STTClient<Provider, Client> | undefined;
}

interface STTPlugin<Provider extends STTFake> {
  /** A new instance that talks to the fake provider, with every credential it needs. */
  create(provider: Provider): STT;
  /** The plugin's own fake. */
  provider: Provider;
}

/** How a client of the vendor's comes to a plugin that takes one, so that it is seen who closes it. */
export type STTClient<Provider extends STTFake, Client extends object> = PluginClient<
  Provider,
  STT,
  Client
>;

export interface STTBenchInit extends STTPlugin<STTFake> {
  client?: (() => GivenClient<STT>) | undefined;
}

/** One instance under test, with everything that came out of it. */
export interface Observed {
  readonly stt: STT;
  readonly items: readonly STTOutput[];
  readonly events: readonly BaseEvent[];
  /** The errors that were told by events, and what was being done. */
  readonly errors: readonly Pick<ComponentErrorEvent, 'error' | 'context'>[];
}

const CHUNK_MS = 20;
/** A resampler may hold back a little, and a plugin may send larger pieces. */
const UNSENT_MS = 250;

/** What a rule works with: the provider, instances that are closed when the rule has ended, and ways to wait. */
export class STTBench {
  readonly provider: STTFake;
  readonly #create: () => STT;
  readonly #client: (() => GivenClient<STT>) | undefined;
  readonly #changes = new Changes();
  readonly #made: Observed[] = [];

  constructor(init: STTBenchInit) {
    this.provider = init.provider;
    this.#create = () => init.create(init.provider);
    this.#client = init.client;
  }

  /** A new instance, not yet started. */
  create(): Observed {
    return this.observe(this.#create());
  }

  /** A new client, for the rules about that. */
  client(): GivenClient<STT> {
    assert(this.#client, 'the rule is about clients');
    return this.#client();
  }

  /** Follows what comes out of an instance, which is closed when the rule has ended. */
  observe(stt: STT): Observed {
    const items: STTOutput[] = [];
    const events: BaseEvent[] = [];
    const errors: ComponentErrorEvent[] = [];
    stt.events.on(ComponentErrorEvent, (event) => void errors.push(event));
    stt.events.on(BaseEvent, (event) => {
      events.push(event);
      this.#changes.notify();
    });
    void (async () => {
      for await (const item of stt.output) {
        items.push(item);
        this.#changes.notify();
      }
    })();
    const observed: Observed = { stt, items, events, errors };
    this.#made.push(observed);
    return observed;
  }

  async start(): Promise<Observed> {
    const observed = this.create();
    await observed.stt.start();
    return observed;
  }

  /** The provider of a plugin that keeps a connection, for the rules about that. */
  get socket(): FakeSTTProvider {
    assert(this.provider instanceof FakeSTTProvider, 'the rule is about connections');
    return this.provider;
  }

  /** A sentence of `ada`, with as much of the pause after it as it takes until it is taken to be over. */
  sentence(index: 0 | 1, sampleRate: 16_000 | 48_000 = 16_000): { text: string; pcm: PcmData } {
    const { ada } = recordings;
    const sentence = ada.sentences[index];
    assert(sentence);
    const { text, startMs, endMs } = sentence;
    // A little of the sound after the last word belongs to it.
    const pcm = ada.pcm(sampleRate).slice(startMs - 200, endMs + 40);
    const pauseMs = this.provider.transport === 'socket' ? 400 : 700;
    return { text, pcm: PcmData.concat([pcm, PcmData.silence(pauseMs, pcm)]) };
  }

  /** Makes the provider complain, of an utterance where it has no other way. */
  async complain({ stt }: Observed, message: string): Promise<void> {
    if (this.provider.transport === 'socket') {
      this.speak(stt, this.sentence(0).pcm.slice(0, 200));
      await this.provider.expectAudio({ durationMs: 100 });
    }
    await this.provider.error(message);
    if (this.provider.transport !== 'socket') this.speak(stt, this.sentence(0).pcm);
  }

  /** Gives audio to the instance in chunks of 20 ms, all at once. */
  speak(stt: STT, pcm: PcmData, participant?: Participant): void {
    for (const chunk of chunksOf(pcm, CHUNK_MS)) stt.send(chunk, participant);
  }

  /** Gives audio of several speakers at once, no faster than the provider gets it, so that no buffer runs over. */
  async speakInTurn(
    stt: STT,
    voices: readonly { pcm: PcmData; participant?: Participant | undefined }[],
  ): Promise<void> {
    const totalMs = Math.max(...voices.map(({ pcm }) => pcm.durationMs));
    let sentMs = this.provider.audioMs;
    for (let fromMs = 0; fromMs < totalMs; fromMs += CHUNK_MS) {
      for (const { pcm, participant } of voices) {
        const chunk = pcm.slice(fromMs, fromMs + CHUNK_MS);
        if (chunk.frames === 0) continue;
        stt.send(chunk, participant);
        sentMs += chunk.durationMs;
      }
      if (this.provider.transport !== 'socket') await new Promise(setImmediate);
      else if (fromMs % 1_000 === 0)
        await this.provider.expectAudio({ durationMs: sentMs - UNSENT_MS * voices.length });
    }
  }

  /** Resolves when the condition holds; it is looked at whenever something comes out of an instance. */
  until<T>(what: string, condition: () => T | undefined | false, timeoutMs?: number): Promise<T> {
    return this.#changes.until(what, condition, { timeoutMs });
  }

  /** Waits for this text to be final. */
  async final({ items }: Observed, text: string): Promise<Transcript> {
    const seen = (): string =>
      finals(items)
        .map((final) => JSON.stringify(final.text))
        .join(', ') || 'none';
    return this.#changes.until(
      () => `the final transcript ${JSON.stringify(text)} comes out (final so far: ${seen()})`,
      () => finals(items).find((final) => final.text === text),
    );
  }

  /** Waits for an error event that fits. */
  async error(
    { errors }: Observed,
    what: string,
    fits: (error: ProviderError) => boolean,
  ): Promise<ProviderError> {
    const seen = (): string => errors.map(({ error: { kind } }) => kind).join(', ') || 'none';
    return this.#changes.until(
      () => `an error event of ${what} (so far: ${seen()})`,
      () => errors.map(({ error }) => error).find(fits),
    );
  }

  /** What was seen so far, for who has to find out why a rule failed. */
  evidence(): string[] {
    return evidenceOf(this.#made, this.provider);
  }

  /** Closes what the rule left open. A hung close must not hang the suite. */
  async cleanUp(): Promise<void> {
    const timeout = Promise.withResolvers<void>();
    const timer = setTimeout(timeout.resolve, 10_000);
    await Promise.race([
      Promise.allSettled(this.#made.map(({ stt }) => stt.close())),
      timeout.promise,
    ]);
    clearTimeout(timer);
  }
}

function chunksOf(pcm: PcmData, durationMs: number): Iterable<PcmData> {
  return pcm.chunks(Math.round((pcm.sampleRate * durationMs) / 1_000));
}

/** The first sentence, cut where its last word ends: the provider does not yet know that it is over. */
export function unfinishedSentence(): { text: string; pcm: PcmData } {
  const [sentence] = recordings.ada.sentences;
  assert(sentence);
  return { text: sentence.text, pcm: recordings.ada.pcm().slice(0, sentence.endMs) };
}

export function finals(items: readonly STTOutput[]): Transcript[] {
  return items.filter((item) => item.type === 'transcript').filter(({ mode }) => mode === 'final');
}

/** @throws AssertionError when the work takes longer than `limitMs` */
export async function takesAtMost(
  limitMs: number,
  what: string,
  work: () => Promise<unknown>,
): Promise<void> {
  const started = performance.now();
  const timeout = Promise.withResolvers<'late'>();
  const timer = setTimeout(() => timeout.resolve('late'), limitMs);
  const outcome = await Promise.race([work().then(() => 'done' as const), timeout.promise]);
  clearTimeout(timer);
  const tookMs = Math.round(performance.now() - started);
  assert.equal(outcome, 'done', `${what} is still not done after ${tookMs} ms`);
}

/** @throws AssertionError as soon as the condition holds; resolves when it did not within `forMs` */
export async function staysFalse(
  forMs: number,
  what: string,
  changes: Changes,
  condition: () => boolean,
): Promise<void> {
  const happened = await changes.until(what, condition, { timeoutMs: forMs }).catch(() => false);
  assert.equal(happened, false, `${what}, and must not be`);
}
