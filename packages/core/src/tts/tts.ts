import { checkAudioFormat } from '../audio/audio-format.ts';
import { MONO_16K, type AudioFormat } from '../audio/index.ts';
import { Component, type ComponentInit } from '../component/component.ts';
import { drain } from '../component/hooks.ts';
import { ownedMethods } from '../component/owned-methods.ts';
import { within } from '../component/within.ts';
import { describeValue } from '../describe-value.ts';
import { ProviderError } from '../errors/provider-error.ts';
import type { Participant } from '../events/participant.ts';
import { SpokenText } from './spoken-text.ts';
import { Synthesis } from './synthesis.ts';
import type { SynthesisReport } from './synthesis-meter.ts';
import { isAsyncIterable, type TTSAudio } from './tts-audio.ts';
import { TTSErrorEvent, TTSSynthesisCompleteEvent, TTSSynthesisStartEvent } from './tts-events.ts';
import type { TTSOutputChunk } from './tts-output.ts';

/** What stopping the provider may take before it is reported. */
const STOP_MS = 1_000;
const AUDIO_TIMEOUT_MS = 30_000;
/** What of the text before is told to the provider. */
const PREVIOUS_TEXT_LENGTH = 1_000;

/** Tells of an error, unless it was told already. */
export const reportOnce = Symbol('report-once');

export interface TTSInit extends ComponentInit {
  /** What bytes of the provider are made of. Not needed by one that gives `PcmData`, or WAV. */
  providerFormat?: AudioFormat | undefined;
  /** True when the provider speaks one text at a time; the next waits until the one before was read to its end. */
  serial?: boolean | undefined;
  /** The longest time without audio, before the first and between two pieces, until the speech fails. 30 s. */
  audioTimeoutMs?: number | undefined;
}

/** What a call into the provider belongs to. */
export interface SpeechContext {
  /** Aborted when the speech is not wanted any more, by an interrupt or by its reader. */
  signal: AbortSignal;
  turnId: string;
  /** What was said before in the same turn, so that the intonation fits; its last 1000 characters. */
  previousText: string | undefined;
}

export interface SendOptions {
  /** Who is spoken to; events carry it. */
  participant?: Participant | undefined;
  /** Ends this speech when aborted. */
  signal?: AbortSignal | undefined;
  /** The turn that the text belongs to. Without it: the same for all texts between two interrupts. */
  turnId?: string | undefined;
}

interface Turn {
  readonly id: string;
  previous: SpokenText | undefined;
}

/**
 * Text-to-speech. A plugin implements `streamAudio()`, or extends `StreamingTTS` for a connection that is kept.
 *
 * Text goes in with `send()`, which gives the speech in the format that was asked for with `setOutputFormat()`.
 */
export abstract class TTS extends Component {
  static override readonly [ownedMethods]: Readonly<Record<string, string>> = {
    send: 'streamAudio()',
    interrupt: 'stopAudio()',
    setOutputFormat: 'streamAudio()',
  };

  override readonly category = 'tts';
  readonly providerFormat: AudioFormat | undefined;

  protected override readonly errorEvent = TTSErrorEvent;

  readonly #serial: boolean;
  readonly #audioTimeoutMs: number;
  readonly #active = new Set<Synthesis>();
  readonly #told = new WeakSet<ProviderError>();
  #outputFormat: AudioFormat = MONO_16K;
  #epoch = 0;
  #turn: Turn = newTurn();
  /** When the text before is done with; of a serial provider. */
  #lastDone: Promise<unknown> = Promise.resolve();

  constructor(init: TTSInit) {
    super(init);
    if (init.providerFormat) checkAudioFormat(init.providerFormat);
    this.providerFormat = init.providerFormat;
    this.#serial = init.serial ?? false;
    this.#audioTimeoutMs = init.audioTimeoutMs ?? AUDIO_TIMEOUT_MS;
  }

  /** What the speech comes in: 16 kHz mono s16 unless `setOutputFormat()` was called. */
  get outputFormat(): Readonly<AudioFormat> {
    return this.#outputFormat;
  }

  /** Raised by each interrupt. Speech that was asked for at a lower one is over. */
  get epoch(): number {
    return this.#epoch;
  }

  /** Whether the provider takes a text while it is made, so that a text may be given to it in pieces. */
  get streaming(): boolean {
    return this.streamText !== undefined;
  }

  /**
   * The format that the call takes. What is spoken already keeps its own; it counts for what is sent from now on.
   *
   * @throws RangeError or TypeError for an invalid format
   */
  setOutputFormat(format: AudioFormat): void {
    checkAudioFormat(format);
    const { sampleRate, channels } = format;
    this.#outputFormat = Object.freeze({ sampleRate, channels, format: format.format });
  }

  /**
   * The speech of a text, or of one that still comes in. It belongs to the epoch in which this is called; the provider
   * is asked when the first chunk is. To have a text ready before it is its turn, ask early for its first chunk.
   *
   * It ends with one final chunk. Interrupted, or aborted by the signal, it just ends, at once and without one; so it
   * does after `close()`. The component is started if it was not. A text without anything to say, such as white space
   * or emoji, gives a final chunk without audio.
   *
   * Reading it rejects with a ProviderError when the speech breaks off, after an error event was sent: what was read
   * until then is not the whole speech.
   *
   * @throws TypeError for what is no text
   */
  send(
    text: string | AsyncIterable<string>,
    options: SendOptions = {},
  ): AsyncIterableIterator<TTSOutputChunk, undefined> {
    if (typeof text !== 'string' && !isAsyncIterable(text)) {
      const got = describeValue(text);
      throw new TypeError(`send() takes a string or an async iterable of strings, got ${got}`);
    }
    const { participant, signal } = options;
    const spoken = new SpokenText(text);
    const epoch = this.#epoch;
    const turn = this.#enterTurn(options.turnId);
    const previous = turn.previous;
    turn.previous = spoken;
    const synthesisId = crypto.randomUUID();
    const ids = { synthesisId, turnId: turn.id };
    const done = Promise.withResolvers<void>();
    let asked = false;
    const synthesis: Synthesis = new Synthesis({
      ...ids,
      provider: this.provider,
      text: spoken,
      clock: this.clock,
      providerFormat: this.providerFormat,
      outputFormat: this.#outputFormat,
      audioTimeoutMs: this.#audioTimeoutMs,
      signal,
      isStale: () => epoch !== this.#epoch || this.closed,
      ready: (aborted) => this.#ready(aborted, done.promise),
      open: (aborted) => {
        const previousText = previous?.text.slice(-PREVIOUS_TEXT_LENGTH) || undefined;
        return this.#ask(spoken, { signal: aborted, turnId: turn.id, previousText });
      },
      onBegin: () => this.#active.add(synthesis),
      onStart: () => {
        asked = true;
        const fields = { ...ids, text: spoken.text, modelName: this.model, participant };
        this.emit(TTSSynthesisStartEvent, fields);
      },
      onComplete: (report) => this.#onComplete(report, participant),
      onError: (error) => this[reportOnce](error, 'synthesis', participant),
      onEnd: (report, released) => {
        this.#active.delete(synthesis);
        if (asked) this.#measure(report);
        // A provider that does not heed the abort is left to itself.
        const over = within(this.clock, STOP_MS, released).then(() => done.resolve());
        this.spawn('letting go of speech', () => over);
      },
      onLeftOut: (bytes) => this.debug('an incomplete last frame is left out', { bytes }),
    });
    return synthesis;
  }

  /**
   * Ends all speech at once: nothing that was asked for before comes out any more. Resolves when the provider has been
   * told, within a second; what goes wrong with that becomes an error event.
   *
   * @param options.playedMs how much of the speech was heard
   */
  async interrupt(options: { playedMs?: number | undefined } = {}): Promise<void> {
    this.#epoch += 1;
    this.#turn = newTurn();
    for (const synthesis of this.#active) synthesis.stop(new Error('The speech was interrupted'));
    if (this.signal.aborted) return;
    try {
      const stopping = (async () => this.stopAudio(options))();
      if ((await within(this.clock, STOP_MS, stopping)) === 'done') return;
      const { provider } = this;
      const message = `stopAudio() did not finish within ${STOP_MS} ms`;
      throw new ProviderError({ provider, kind: 'timeout', message });
    } catch (error) {
      this.reportError(error, 'interrupt');
    }
  }

  /**
   * Speaks a text: `PcmData`, bytes in `providerFormat` or of a WAV, or a stream of these, cut anywhere. What it throws,
   * also from within the stream, ends the speech and becomes an error event.
   */
  protected abstract streamAudio(
    text: string,
    context: SpeechContext,
  ): TTSAudio | Promise<TTSAudio>;

  /** Speaks a text while it comes in. Without it, such a text is spoken once it is complete. */
  protected streamText?(
    text: AsyncIterable<string>,
    context: SpeechContext,
  ): TTSAudio | Promise<TTSAudio>;

  /** Called by an interrupt, after the signals of what is spoken were aborted: for what these don't stop. */
  protected stopAudio(_options: { playedMs?: number | undefined }): Promise<void> | void {}

  #enterTurn(turnId: string | undefined): Turn {
    if (turnId !== undefined && turnId !== this.#turn.id) this.#turn = newTurn(turnId);
    return this.#turn;
  }

  async #ready(signal: AbortSignal, done: Promise<void>): Promise<void> {
    await this.start();
    if (!this.#serial) return;
    const before = this.#lastDone;
    this.#lastDone = Promise.all([before, done]);
    await before;
    signal.throwIfAborted();
  }

  async #ask(text: SpokenText, context: SpeechContext): Promise<TTSAudio> {
    if (text.whole) return this.streamAudio(text.text, context);
    if (this.streaming && this.streamText) return this.streamText(text.pieces(), context);
    return this.streamAudio(await text.complete(), context);
  }

  #onComplete(report: SynthesisReport, participant: Participant | undefined): void {
    const { text, audioDurationMs, synthesisTimeMs, timeToFirstAudioMs = 0 } = report;
    this.emit(TTSSynthesisCompleteEvent, {
      ...report,
      modelName: this.model,
      characters: text.length,
      timeToFirstAudioMs,
      realTimeFactor: synthesisTimeMs / audioDurationMs,
      participant,
    });
  }

  /** Also what was interrupted has been asked for, and heard in part. */
  #measure({ text, audioDurationMs, timeToFirstAudioMs }: SynthesisReport): void {
    this.metrics.record('tts.characters', text.length);
    if (timeToFirstAudioMs === undefined) return;
    this.metrics.record('tts.latency.ms', timeToFirstAudioMs);
    this.metrics.record('tts.audio_duration.ms', audioDurationMs);
  }

  [reportOnce](error: ProviderError, context: string, participant?: Participant): void {
    if (this.#told.has(error)) return;
    this.#told.add(error);
    this.reportError(error, context, participant);
  }

  override async [drain](_options: { timeoutMs: number }): Promise<void> {
    await this.interrupt();
  }
}

function newTurn(id: string = crypto.randomUUID()): Turn {
  return { id, previous: undefined };
}
