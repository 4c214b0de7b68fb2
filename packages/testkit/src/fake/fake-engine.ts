import { PcmData, type AudioFormat } from '@vision-agents/core/audio';
import { BroadcastChannel } from 'node:worker_threads';
import { Changes } from '../contract/changes.ts';
import type { SpeechRecording } from '../speech/index.ts';
import { isEngineJob, type EngineOrder } from './engine-wire.ts';
import { LastSaid } from './last-said.ts';
import type { STTFake, STTFakeRequest } from './stt-fake.ts';
import { Transcriber } from './transcriber.ts';

/**
 * A speech-to-text engine that a plugin runs in a thread, seen from the test. The engine itself is a module of the
 * plugin's tests that exports what `fakeEngine` makes. It is honest: the text is what is heard in the samples.
 */
export class FakeEngineProvider implements STTFake {
  readonly transport = 'worker';
  readonly changes = new Changes();
  readonly format: AudioFormat;
  readonly violations: string[] = [];
  readonly refusals: readonly string[] = [];
  readonly #module: URL;
  readonly #transcriber: Transcriber;
  readonly #said = new LastSaid();
  #requests: STTFakeRequest[] = [];
  #received: string[] = [];
  #channel: BroadcastChannel | undefined;
  #id = '';
  #stalled = false;
  #refused = false;
  #garbage = false;

  /** @param init.module the module with the engine, such as `new URL('./fake-engine.ts', import.meta.url)` */
  constructor(init: {
    module: URL;
    format: AudioFormat;
    recordings?: readonly SpeechRecording[] | undefined;
  }) {
    this.#module = init.module;
    this.format = init.format;
    this.#transcriber = new Transcriber({ ...init, changes: this.changes });
  }

  /** The engine's module, which knows whom to ask; after `start()`. */
  get engine(): URL {
    if (!this.#channel) throw new Error('The fake engine has no module before start()');
    const url = new URL(this.#module);
    url.searchParams.set('channel', this.#id);
    return url;
  }

  get requests(): readonly STTFakeRequest[] {
    return this.#requests;
  }

  get said(): readonly string[] {
    return this.#said.lines;
  }

  get received(): readonly string[] {
    return this.#received;
  }

  /** Threads are the plugin's own: what it leaves behind, other rules see. */
  get openConnections(): number {
    return 0;
  }

  get audioMs(): number {
    return this.#transcriber.audio.totalMs;
  }

  get heard(): readonly string[] {
    return this.#transcriber.heard;
  }

  async start(): Promise<void> {
    if (this.#channel) return;
    this.#transcriber.reset();
    this.#requests = [];
    this.#received = [];
    this.violations.length = 0;
    this.#said.clear();
    this.accept();
    this.#id = `fake-engine-${crypto.randomUUID()}`;
    const channel = new BroadcastChannel(this.#id);
    channel.unref();
    channel.onmessage = ({ data }: { data: unknown }) => this.#onJob(channel, data);
    this.#channel = channel;
  }

  async stop(): Promise<void> {
    this.#channel?.close();
    this.#channel = undefined;
  }

  refuse(): void {
    this.#refused = true;
  }

  stall(): void {
    this.#stalled = true;
  }

  accept(): void {
    this.#refused = false;
    this.#stalled = false;
    this.#garbage = false;
  }

  /** The thread that is busy with it dies at the next utterance. */
  drop(): void {
    this.refuse();
  }

  garbage(): void {
    this.#garbage = true;
  }

  expectAudio(
    options: { durationMs?: number | undefined; timeoutMs?: number | undefined } = {},
  ): Promise<PcmData> {
    return this.#transcriber.audio.expect(options);
  }

  async final(text: string): Promise<void> {
    this.#transcriber.script({ type: 'text', text });
  }

  async error(message: string): Promise<void> {
    this.#transcriber.script({ type: 'error', message });
  }

  assertDone(): void {
    if (this.violations.length > 0)
      throw new Error(`The fake engine is not done: ${this.violations.join('; ')}`);
  }

  #onJob(channel: BroadcastChannel, data: unknown): void {
    if (!isEngineJob(data)) return;
    this.#requests.push({});
    this.changes.notify();
    if (this.#stalled) return;
    const order = this.#answer(data.samples, data.sampleRate);
    this.#said.add(JSON.stringify(order));
    channel.postMessage({ to: data.from, ...order });
  }

  #answer(samples: Float32Array, sampleRate: number): EngineOrder {
    if (this.#refused) return { type: 'exit' };
    if (this.#garbage) {
      this.#garbage = false;
      return { type: 'garbage' };
    }
    if (sampleRate !== this.format.sampleRate) {
      const message = `expected ${this.format.sampleRate} Hz, got ${sampleRate} Hz`;
      this.violations.push(message);
      return { type: 'error', message };
    }
    if (this.#received.at(-1) !== 'audio') this.#received.push('audio');
    return this.#transcriber.transcribe(new PcmData({ samples, sampleRate }));
  }
}
