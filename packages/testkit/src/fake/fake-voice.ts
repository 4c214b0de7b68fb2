import type { AudioFormat } from '@vision-agents/core/audio';
import type { Changes } from '../contract/changes.ts';
import { toneSpeech } from '../speech/index.ts';

/** No multiple of any frame: a client that counts on whole ones is found out. */
const PIECE_BYTES = 1_023;

/** Where the speech of a text goes. */
export interface SpeechSink {
  /** Aborted when nobody wants it any more. */
  readonly signal: AbortSignal;
  /** The next bytes, cut anywhere. */
  audio(bytes: Uint8Array): void;
  /** All of it was sent. */
  end(): void;
  /** The provider complains, at the beginning or in the middle. */
  error(message: string): void;
}

type Script = { type: 'error'; message: string; afterMs: number } | { type: 'mute' };

/** A provider's voice. It is honest: what it says can be read out of the audio, `readToneSpeech(pcm)`. */
export class FakeVoice {
  readonly format: AudioFormat;
  readonly #changes: Changes;
  /** Those that wait for `release()`. */
  readonly #held = new Set<() => void>();
  readonly #texts: string[] = [];
  #speaking = new Set<SpeechSink>();
  #scripts: Script[] = [];
  #holdMs = Infinity;
  #cancelled = 0;
  #completed = 0;

  constructor(init: { format: AudioFormat; changes: Changes }) {
    this.format = init.format;
    this.#changes = init.changes;
  }

  /** The texts that it was asked for, in order. */
  get texts(): readonly string[] {
    return this.#texts;
  }

  /** Texts that are being spoken. */
  get speaking(): number {
    return this.#speaking.size;
  }

  /** Texts that were taken back before their end. */
  get cancelled(): number {
    return this.#cancelled;
  }

  /** Texts that were spoken to their end. */
  get completed(): number {
    return this.#completed;
  }

  /** Forgets what was asked and said, and what a test wanted. */
  reset(): void {
    this.#speaking = new Set();
    this.#texts.length = 0;
    this.#scripts = [];
    this.#holdMs = Infinity;
    this.#cancelled = 0;
    this.#completed = 0;
  }

  /** From now on each text stops after so much of its audio, until `release()`. */
  hold(afterMs: number): void {
    this.#holdMs = afterMs;
  }

  release(): void {
    this.#holdMs = Infinity;
    for (const resume of this.#held) resume();
    this.#held.clear();
  }

  /** The next text breaks off with this complaint, after so much of its audio. */
  error(message: string, options: { afterMs?: number | undefined } = {}): void {
    this.#scripts.push({ type: 'error', message, afterMs: options.afterMs ?? 0 });
  }

  /** The next text has no audio. */
  mute(): void {
    this.#scripts.push({ type: 'mute' });
  }

  /** Speaks, a piece in each turn of the event loop. Resolves when it has ended, whichever way. */
  async speak(text: string, sink: SpeechSink): Promise<void> {
    // What is left over from before a reset counts no more.
    const speaking = this.#speaking;
    this.#texts.push(text);
    speaking.add(sink);
    this.#changes.notify();
    await this.#speak(text, sink);
    if (speaking === this.#speaking && sink.signal.aborted) this.#cancelled += 1;
    speaking.delete(sink);
    this.#changes.notify();
  }

  async #speak(text: string, sink: SpeechSink): Promise<void> {
    const { signal } = sink;
    const script = this.#scripts.shift();
    const bytes =
      script?.type === 'mute' ? new Uint8Array(0) : toneSpeech(text, this.format).toBytes();
    const limit = script?.type === 'error' ? this.#bytesOf(script.afterMs) : Infinity;
    let sent = 0;
    while (!signal.aborted && sent < Math.min(bytes.length, limit)) {
      const until = Math.min(bytes.length, limit, sent + PIECE_BYTES, this.#bytesOf(this.#holdMs));
      if (until > sent) sink.audio(bytes.subarray(sent, until));
      else await this.#released(signal);
      sent = Math.max(sent, until);
      await new Promise(setImmediate);
    }
    if (signal.aborted) return;
    if (script?.type === 'error') {
      sink.error(script.message);
    } else {
      this.#completed += 1;
      sink.end();
    }
  }

  async #released(signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#held.add(resolve);
    signal.addEventListener('abort', () => resolve(), { once: true });
    await promise;
    this.#held.delete(resolve);
  }

  #bytesOf(ms: number): number {
    const { sampleRate, channels, format } = this.format;
    return Math.round((ms * sampleRate) / 1_000) * channels * (format === 's16' ? 2 : 4);
  }
}
