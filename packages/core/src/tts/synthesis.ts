import { types } from 'node:util';
import { FormatConverter, PcmData, type AudioFormat } from '../audio/index.ts';
import type { Clock } from '../clock.ts';
import { LinkedAbort } from '../connection/http/linked-abort.ts';
import { describeValue } from '../describe-value.ts';
import { ProviderError } from '../errors/provider-error.ts';
import { currentResult, ended, type ChunkResult } from './current-result.ts';
import { SpeechFramer } from './speech-framer.ts';
import type { SpokenText } from './spoken-text.ts';
import { SynthesisMeter, type SynthesisReport } from './synthesis-meter.ts';
import { TextAlignment } from './text-alignment.ts';
import { readAudio, type AlignedAudio, type AudioReader } from './tts-audio.ts';
import type { SpokenRange, TTSOutputChunk } from './tts-output.ts';

export interface SynthesisInit {
  readonly provider: string;
  readonly synthesisId: string;
  readonly turnId: string;
  readonly text: SpokenText;
  readonly clock: Clock;
  readonly providerFormat: AudioFormat | undefined;
  readonly outputFormat: AudioFormat;
  readonly audioTimeoutMs: number;
  /** The caller's. */
  readonly signal: AbortSignal | undefined;
  /** Whether its turn is over: then nothing of it may surface. */
  readonly isStale: () => boolean;
  /** It is read for the first time. */
  readonly onBegin: () => void;
  /** Resolves when the provider may be asked. Not called when there is nothing to say. */
  readonly ready: (signal: AbortSignal) => Promise<void>;
  /** Asks the provider. */
  readonly open: (signal: AbortSignal) => Promise<unknown>;
  readonly onStart: () => void;
  /** The last chunk is made. */
  onComplete(report: SynthesisReport): void;
  /** It broke off by itself. */
  onError(error: ProviderError): void;
  /** Nothing more comes, whatever the reason; `released` is when the provider's stream is let go of. Called once. */
  onEnd(report: SynthesisReport, released: Promise<void>): void;
  /** What came in could not be used, and is left out. */
  onLeftOut(bytes: number): void;
}

/**
 * The speech of one text, made while it is read. Nothing is asked of the provider before the first chunk is.
 *
 * Once stopped, it ends at once: also for a reader that waits, and whatever the provider does.
 */
export class Synthesis implements AsyncIterableIterator<TTSOutputChunk, undefined> {
  readonly #init: SynthesisInit;
  readonly #framer: SpeechFramer;
  readonly #converter: FormatConverter;
  readonly #meter: SynthesisMeter;
  readonly #alignment = new TextAlignment();
  /** Readers that wait for a chunk. */
  readonly #waiting = new Set<(result: ChunkResult) => void>();
  #lastRead: Promise<unknown> = Promise.resolve();
  #abort: LinkedAbort | undefined;
  #opening: Promise<AudioReader> | undefined;
  #over = false;
  #stopped = false;
  #index = 0;
  /** Audio of the provider, before it is converted. */
  #receivedMs = 0;
  #untold: SpokenRange[] = [];

  constructor(init: SynthesisInit) {
    const { provider, providerFormat: format, outputFormat, clock } = init;
    this.#init = init;
    this.#framer = new SpeechFramer({ provider, format });
    this.#converter = new FormatConverter(outputFormat);
    this.#meter = new SynthesisMeter(clock);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<ChunkResult> {
    this.#abort ??= this.#begin();
    if (this.#over) return Promise.resolve(ended);
    return new Promise((resolve, reject) => {
      this.#waiting.add(resolve);
      const reading = this.#readAfter(this.#lastRead).then(resolve, reject);
      this.#lastRead = reading.finally(() => this.#waiting.delete(resolve));
    });
  }

  async #readAfter(before: Promise<unknown>): Promise<ChunkResult> {
    await before;
    const chunk = this.#over ? undefined : await this.#nextChunk();
    return chunk ? currentResult(chunk, () => this.#stopped || this.#init.isStale()) : ended;
  }

  /** The reader leaves: nothing more is wanted. */
  return(): Promise<ChunkResult> {
    this.stop(new Error('The speech is not wanted any more'));
    return Promise.resolve(ended);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  /** Ends it at once, and lets go of the provider. */
  stop(reason: unknown): void {
    if (this.#over) return;
    this.#stopped = true;
    for (const resolve of this.#waiting) resolve(ended);
    this.#end(reason);
  }

  /** From now on it follows the caller's signal. */
  #begin(): LinkedAbort {
    const { signal, isStale, onBegin } = this.#init;
    const abort = new LinkedAbort(signal);
    const stop = (): void => this.stop(abort.signal.reason);
    if (isStale()) this.stop(new Error('The speech is not wanted any more'));
    else if (abort.signal.aborted) stop();
    else abort.signal.addEventListener('abort', stop, { once: true });
    if (this.#over) abort.release();
    else onBegin();
    return abort;
  }

  get #signal(): AbortSignal {
    this.#abort ??= this.#begin();
    return this.#abort.signal;
  }

  #end(reason?: unknown): void {
    if (this.#over) return;
    this.#over = true;
    if (reason === undefined) this.#abort?.release();
    else this.#abort?.abort(reason);
    this.#init.text.release();
    const released = (async () => (await this.#opening)?.release())();
    // A provider that failed, or was stopped before it gave anything, has nothing to let go of.
    this.#init.onEnd(
      this.#report(),
      released.catch(() => undefined),
    );
  }

  /** Undefined once it is over. */
  async #nextChunk(): Promise<TTSOutputChunk | undefined> {
    try {
      const { text, ready } = this.#init;
      if (!this.#opening) {
        if (!(await text.speakable())) return this.#final(undefined);
        await ready(this.#signal);
      }
      while (!this.#over) {
        const reader = await this.#open();
        const item = await this.#meter.wait(() => this.#inTime(reader.read()));
        // Stopped while it was waited for: nothing of it may surface.
        if (this.#over) break;
        if (item === undefined) return this.#complete(this.#rest());
        const pcm = this.#take(item);
        if (reader.whole) return this.#complete(joined(pcm, this.#rest()));
        if (pcm) return this.#chunk(pcm, false);
      }
      return undefined;
    } catch (thrown) {
      if (this.#over) return undefined;
      const error = ProviderError.from(thrown, this.#init.provider);
      this.#end(error);
      this.#init.onError(error);
      throw error;
    }
  }

  async #open(): Promise<AudioReader> {
    if (this.#opening) return this.#opening;
    const { open, onStart } = this.#init;
    this.#meter.start();
    onStart();
    const signal = this.#signal;
    return this.#meter.wait(() => {
      this.#opening = (async () => readAudio(await open(signal)))();
      return this.#inTime(this.#opening);
    });
  }

  /** What the provider does, unless it takes for ever. */
  async #inTime<T>(work: Promise<T>): Promise<T> {
    const { clock, text, audioTimeoutMs: limitMs, provider } = this.#init;
    const { promise: late, reject } = Promise.withResolvers<never>();
    const message = `${provider} gave no audio for ${limitMs} ms`;
    const watch = (): void => {
      // It has nothing to go on with while the text itself is late.
      if (text.waiting) timer = clock.setTimeout(watch, limitMs);
      else reject(new ProviderError({ provider, kind: 'timeout', message }));
    };
    let timer = clock.setTimeout(watch, limitMs);
    const cancel = (): void => timer.cancel();
    this.#signal.addEventListener('abort', cancel, { once: true });
    try {
      return await Promise.race([work, late]);
    } finally {
      cancel();
      this.#signal.removeEventListener('abort', cancel);
    }
  }

  /** The audio of an item in the output's format, as far as it is determined by now. */
  #take(item: unknown): PcmData | undefined {
    const { audio, alignment, alignmentFrom } = partsOf(item);
    const offsetMs = alignmentFrom === 'audio' ? this.#receivedMs : 0;
    const { text } = this.#init.text;
    this.#untold.push(...this.#alignment.add(alignment, { text, offsetMs }));
    const pcm = PcmData.isPcmData(audio) ? audio : audio && this.#framer.push(audio);
    return pcm && this.#convert(pcm);
  }

  #convert(pcm: PcmData): PcmData | undefined {
    this.#receivedMs += pcm.durationMs;
    const converted = this.#converter.push(pcm);
    return converted.frames > 0 ? converted : undefined;
  }

  /** What was held back until the end. */
  #rest(): PcmData | undefined {
    const last = this.#framer.flush();
    const { carriedBytes } = this.#framer;
    if (carriedBytes > 0) this.#init.onLeftOut(carriedBytes);
    return joined(last && this.#convert(last), this.#converter.flush());
  }

  #complete(pcm: PcmData | undefined): TTSOutputChunk {
    const { provider } = this.#init;
    if (!pcm && this.#meter.audioDurationMs === 0) {
      const message = `${provider} ended without any audio for a text of ${this.#init.text.text.length} characters`;
      throw new ProviderError({ provider, kind: 'protocol', message });
    }
    const chunk = this.#final(pcm);
    this.#init.onComplete(this.#report());
    return chunk;
  }

  #final(pcm: PcmData | undefined): TTSOutputChunk {
    const chunk = this.#chunk(pcm, true);
    this.#end();
    return chunk;
  }

  #chunk(pcm: PcmData | undefined, final: boolean): TTSOutputChunk {
    const { text, synthesisId, turnId } = this.#init;
    const fromMs = this.#meter.audioDurationMs;
    if (pcm) this.#meter.count(pcm);
    const textRange = this.#alignment.rangeOf(
      fromMs,
      final ? Infinity : this.#meter.audioDurationMs,
    );
    const alignment = this.#untold.splice(0);
    return {
      index: this.#index++,
      final,
      pcm,
      text: text.text,
      synthesisId,
      turnId,
      ...(textRange && { textRange }),
      ...(alignment.length > 0 && { alignment }),
    };
  }

  #report(): SynthesisReport {
    const { synthesisId, turnId, text } = this.#init;
    return { synthesisId, turnId, text: text.text, ...this.#meter.totals };
  }
}

/** @throws TypeError for what is no audio */
function partsOf(item: unknown): AlignedAudio {
  if (PcmData.isPcmData(item) || types.isUint8Array(item)) return { audio: item, alignment: [] };
  if (isAligned(item)) return item;
  throw new TypeError(`streamAudio() yields PcmData or bytes, got ${describeValue(item)}`);
}

function isAligned(item: unknown): item is AlignedAudio {
  if (typeof item !== 'object' || item === null || !('alignment' in item)) return false;
  const audio: unknown = Reflect.get(item, 'audio');
  const known = audio === undefined || PcmData.isPcmData(audio) || types.isUint8Array(audio);
  return known && Array.isArray(item.alignment);
}

/** Both, one after the other; undefined when there is neither. */
function joined(first: PcmData | undefined, second: PcmData | undefined): PcmData | undefined {
  const parts: PcmData[] = [];
  for (const pcm of [first, second]) if (pcm && pcm.frames > 0) parts.push(pcm);
  return parts.length === 0 ? undefined : PcmData.concat(parts);
}
