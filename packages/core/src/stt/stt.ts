import { MONO_16K, type AudioFormat, type PcmData } from '../audio/index.ts';
import { Component, type ComponentInit } from '../component/component.ts';
import { afterStart, closeOutputs, drain } from '../component/hooks.ts';
import { ownedMethods } from '../component/owned-methods.ts';
import { within } from '../component/within.ts';
import type { Participant } from '../events/participant.ts';
import type { MetricName } from '../metrics/index.ts';
import { Stream } from '../stream.ts';
import { known } from '../known.ts';
import { SpeakerInput } from '../speaker/speaker-input.ts';
import { speakerKey, speakerOf } from '../speaker/speaker-of.ts';
import { STTErrorEvent } from './stt-events.ts';
import type { STTOutput, TranscriptDetails, TurnDetails } from './stt-output.ts';
import { TurnLabels } from './turn-labels.ts';

/** Audio of one speaker that can wait until the component has started, or while the provider is busy. */
const MAX_BUFFERED_MS = 10_000;
/** Beyond so many speakers at once, the one who was silent the longest is let go. */
const MAX_SPEAKERS = 64;
/** With so many items unread, further partial transcripts are dropped: the final ones replace them anyway. */
const MAX_UNREAD = 1_000;

/** Called when a speaker is let go. */
export const speakerLeft = Symbol('speaker-left');
/** Makes a partial text final whose final one can't come any more. */
export const settlePartial = Symbol('settle-partial');

export interface STTInit extends ComponentInit {
  /** What the provider takes; the base converts to it. 16 kHz mono s16 unless told otherwise. */
  inputFormat?: AudioFormat | undefined;
  /** True when the provider tells where turns start and end, so that no other turn detection is needed. */
  turnDetection?: boolean | undefined;
  /** True when the provider takes one request at a time, over all speakers. */
  serial?: boolean | undefined;
}

/**
 * Speech-to-text. A plugin implements `processAudio()`, or extends `StreamingSTT` for a connection per speaker.
 *
 * Audio goes in with `send()`, in any format; transcripts and turns come out of `output`.
 */
export abstract class STT extends Component {
  static override readonly [ownedMethods]: Readonly<Record<string, string>> = {
    send: 'processAudio()',
    participantLeft: 'processAudio()',
  };

  override readonly category = 'stt';
  readonly inputFormat: AudioFormat;
  readonly turnDetection: boolean;
  /** True when the provider is given one request at a time, over all speakers. */
  readonly serial: boolean;
  readonly output: Stream<STTOutput> = new Stream();

  protected override readonly errorEvent = STTErrorEvent;

  readonly #inputs = new Map<string, SpeakerInput>();
  readonly #turns = new Map<string, TurnLabels>();
  /** Speakers who left before the start, with what they have said. */
  readonly #leftEarly: [key: string, input: SpeakerInput][] = [];
  readonly #leaving = new Set<Promise<void>>();
  readonly #leavingInputs = new Set<SpeakerInput>();
  /** The last partial text of each speaker, until its final one. */
  readonly #partials = new Map<string, string>();
  #lastRequest: Promise<void> = Promise.resolve();
  #droppedMs = 0;

  constructor(init: STTInit) {
    super(init);
    this.inputFormat = init.inputFormat ?? MONO_16K;
    this.turnDetection = init.turnDetection ?? false;
    this.serial = init.serial ?? false;
  }

  /** Audio that was accepted, or came after `close()`, and was given up, in milliseconds. */
  get droppedMs(): number {
    let sum = this.#droppedMs;
    const left = this.#leftEarly.map(([, input]) => input);
    for (const input of [...this.#inputs.values(), ...this.#leavingInputs, ...left])
      sum += input.droppedMs;
    return sum;
  }

  /**
   * Takes audio of any rate and number of channels, and returns at once. Before `start()` it waits; after
   * `close()` it is dropped and counted. It is meant for audio in real time: of what is given faster than the
   * provider takes it, only the last seconds of each speaker are kept.
   *
   * @param participant whose voice it is; the audio's own participant unless given
   * @throws TypeError for anything but `PcmData`
   */
  send(pcm: PcmData, participant?: Participant): void {
    const speaker = speakerOf('send()', pcm, participant);
    if (this.closed) {
      this.#droppedMs += pcm.durationMs;
      return;
    }
    this.#input(speaker).write(pcm);
  }

  /** Lets go of what is kept for this speaker, once the audio that was given is processed. */
  participantLeft(participantId: string): void {
    this.#letGo(participantId, this.#inputs.get(participantId));
  }

  /**
   * Takes audio in the provider's format, of one speaker, and resolves when it may have more.
   * What it throws becomes an error event, and the next audio is processed.
   */
  protected abstract processAudio(
    pcm: PcmData,
    participant: Participant | undefined,
    options: { signal: AbortSignal },
  ): Promise<void> | void;

  /** Puts out a text that will not change. An empty one is dropped. */
  protected emitTranscript(
    text: string,
    participant?: Participant,
    details: TranscriptDetails = {},
  ): void {
    this.#emitTranscript('final', text, participant, details);
  }

  /** Puts out a text that may still change; the next one replaces it. An empty one is dropped. */
  protected emitPartialTranscript(
    text: string,
    participant?: Participant,
    details: TranscriptDetails = {},
  ): void {
    this.#emitTranscript('partial', text, participant, details);
  }

  protected emitTurnStarted(participant?: Participant, details: TurnDetails = {}): void {
    const turnId = this.#turn(participant).started();
    this.#put({ type: 'turn-started', participant, turnId, ...known(details) });
  }

  /** The speaker goes on after an eager end. */
  protected emitTurnResumed(participant?: Participant, details: TurnDetails = {}): void {
    const turnId = this.#turn(participant).resumed();
    this.#put({ type: 'turn-resumed', participant, turnId, ...known(details) });
  }

  protected emitTurnEnded(participant?: Participant, details: TurnDetails = {}): void {
    const turn = this.#turn(participant);
    const turnId = details.eager ? turn.current() : turn.ended();
    if (!details.eager) {
      this.#record('turn.duration.ms', details.durationMs);
      this.#record('turn.trailing_silence.ms', details.trailingSilenceMs);
    }
    this.#put({ type: 'turn-ended', participant, turnId, ...known(details) });
  }

  #emitTranscript(
    mode: 'partial' | 'final',
    text: string,
    participant: Participant | undefined,
    details: TranscriptDetails,
  ): void {
    if (text.trim() === '') return;
    if (mode === 'partial' && this.output.size >= MAX_UNREAD) return;
    if (mode === 'final') this.#measure(details);
    if (mode === 'partial') this.#partials.set(speakerKey(participant), text);
    else this.#partials.delete(speakerKey(participant));
    const turn = this.#turn(participant);
    const turnId =
      mode === 'final' ? turn.final({ endsTurn: !this.turnDetection }) : turn.current();
    const modelName = this.model === undefined ? {} : { modelName: this.model };
    this.#put({
      type: 'transcript',
      mode,
      text,
      participant,
      turnId,
      ...modelName,
      ...known(details),
    });
  }

  #measure({ processingTimeMs, audioDurationMs, language }: TranscriptDetails): void {
    const attributes = { language: language ?? undefined };
    this.#record('stt.latency.ms', processingTimeMs, attributes);
    this.#record('stt.audio_duration.ms', audioDurationMs, attributes);
  }

  #record(
    name: MetricName,
    value: number | null | undefined,
    attributes?: { language: string | undefined },
  ): void {
    if (value !== null && value !== undefined) this.metrics.record(name, value, attributes);
  }

  #put(item: STTOutput): void {
    if (!this.output.closed) this.output.trySend(item);
  }

  #turn(participant: Participant | undefined): TurnLabels {
    const key = speakerKey(participant);
    const turn = this.#turns.get(key) ?? new TurnLabels();
    this.#turns.set(key, turn);
    return turn;
  }

  #input(participant: Participant | undefined): SpeakerInput {
    const key = speakerKey(participant);
    const input = this.#inputs.get(key) ?? this.#newInput(participant);
    // Moved to the end, so that the first one is always the one who was silent the longest.
    this.#inputs.delete(key);
    this.#inputs.set(key, input);
    return input;
  }

  #newInput(participant: Participant | undefined): SpeakerInput {
    const [longestSilent] = this.#inputs;
    if (longestSilent && this.#inputs.size >= MAX_SPEAKERS) this.#letGo(...longestSilent);
    const input = new SpeakerInput({
      format: this.inputFormat,
      maxBufferedMs: MAX_BUFFERED_MS,
      process: (pcm) => this.#request(pcm, participant),
      onError: (error) => this.reportError(error, 'processAudio', participant),
    });
    if (this.started) input.open();
    return input;
  }

  #letGo(key: string, input: SpeakerInput | undefined): void {
    this.#inputs.delete(key);
    if (input && !this.started) this.#leftEarly.push([key, input]);
    else if (!this.closed) this.#leave(key, input);
  }

  #leave(key: string, input: SpeakerInput | undefined): void {
    const leaving = this.#finishSpeaker(key, input)
      .catch((error: unknown) => this.reportError(error, 'participant left'))
      .finally(() => this.#leaving.delete(leaving));
    this.#leaving.add(leaving);
    this.spawn('participant left', () => leaving);
  }

  async #finishSpeaker(key: string, input: SpeakerInput | undefined): Promise<void> {
    if (input) this.#leavingInputs.add(input);
    await input?.finish();
    await this[speakerLeft](key);
    if (input && this.#leavingInputs.delete(input)) this.#droppedMs += input.droppedMs;
    if (this.#inputs.has(key)) return;
    this.#turns.delete(key);
    this.#partials.delete(key);
  }

  async #request(pcm: PcmData, participant: Participant | undefined): Promise<void> {
    if (!this.serial) return this.#process(pcm, participant);
    const process = (): Promise<void> => this.#process(pcm, participant);
    const request = this.#lastRequest.then(process, process);
    this.#lastRequest = request;
    return request;
  }

  async #process(pcm: PcmData, participant: Participant | undefined): Promise<void> {
    if (this.signal.aborted) this.#droppedMs += pcm.durationMs;
    else await this.processAudio(pcm, participant, { signal: this.signal });
  }

  [settlePartial](participant: Participant | undefined): void {
    const text = this.#partials.get(speakerKey(participant));
    if (text === undefined) return;
    this.emitTranscript(text, participant);
    if (this.turnDetection) this.emitTurnEnded(participant);
  }

  /** A speaker is let go; `key` is the participant's id, empty for an unknown one. */
  async [speakerLeft](_key: string): Promise<void> {}

  override [afterStart](): void {
    for (const input of this.#inputs.values()) input.open();
    for (const [key, input] of this.#leftEarly.splice(0)) {
      input.open();
      this.#leave(key, input);
    }
  }

  override async [drain](options: { timeoutMs: number }): Promise<void> {
    const inputs = [...this.#inputs.values()];
    const work = [...this.#leaving, ...inputs.map((input) => input.finish())];
    await within(this.clock, options.timeoutMs, Promise.all(work));
    const left = this.#leftEarly.map(([, input]) => input);
    for (const input of [...inputs, ...this.#leavingInputs, ...left]) {
      input.stop();
      this.spawn('processing', () => input.idle());
    }
  }

  override [closeOutputs](): void {
    this.output.close();
  }
}
