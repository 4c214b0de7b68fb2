import { MONO_16K, type AudioFormat, type PcmData } from '../audio/index.ts';
import { checkAudioFormat } from '../audio/audio-format.ts';
import { checkDurationMs, checkInteger } from '../audio/check-number.ts';
import { Component } from '../component/component.ts';
import { afterStart, closeOutputs, drain } from '../component/hooks.ts';
import { ownedMethods } from '../component/owned-methods.ts';
import { within } from '../component/within.ts';
import { ProviderError } from '../errors/provider-error.ts';
import type { Participant } from '../events/participant.ts';
import type { MetricName } from '../metrics/index.ts';
import { speakerKey, speakerOf } from '../speaker/speaker-of.ts';
import { Stream } from '../stream.ts';
import type { Turn, TurnDetails } from '../stt/stt-output.ts';
import { RepeatedErrors } from './repeated-errors.ts';
import { TurnDetectorErrorEvent } from './turn-detector-events.ts';
import { TurnSpeaker } from './turn-speaker.ts';
import type { TurnContext, TurnDetectorInit } from './turn-detector-init.ts';
import type { TurnSignal } from './turn-state.ts';

/** What most voice activity models hear at once: 32 ms at 16 kHz. */
const FRAME_SIZE = 512;
/** Audio of one speaker that can wait until the component has started, or while a frame is looked at. */
const MAX_BACKLOG_MS = 10_000;
/** A turn without an end, in silence, ends after so long. */
const GIVE_UP_MS = 3_000;
/** Beyond so many speakers at once, the one who was silent the longest is let go. */
const MAX_SPEAKERS = 64;

interface Speaker<State> {
  readonly turn: TurnSpeaker;
  /** Made with the first frame. */
  state: { readonly value: State } | undefined;
}

/**
 * Turn detection from audio. A plugin implements `processAudio()`, which is given exact frames of one speaker, in order
 * and one at a time, and says what it finds by `emitTurnStarted()` and `emitTurnEnded()`.
 *
 * Audio goes in with `send()`, in any format; turns come out of `output`. What says nothing new is left out, and a turn
 * whose speaker falls silent or leaves is ended here: only `close()` may come before an end.
 */
export abstract class TurnDetector<State = undefined> extends Component {
  static override readonly [ownedMethods]: Readonly<Record<string, string>> = {
    send: 'processAudio()',
    participantLeft: 'onSpeakerLeft()',
  };

  override readonly category = 'turn-detection';
  readonly inputFormat: AudioFormat;
  readonly frameSize: number;
  readonly giveUpMs: number;
  readonly maxBacklogMs: number;
  /** True when the detector is given one frame at a time, over all speakers. */
  readonly serial: boolean;
  readonly output: Stream<Turn> = new Stream();

  protected override readonly errorEvent = TurnDetectorErrorEvent;

  readonly #createState: ((participant: Participant | undefined) => unknown) | undefined;
  readonly #speakers = new Map<string, Speaker<State>>();
  /** Those who left, until the last frame of theirs is done. */
  readonly #leaving = new Map<string, Promise<void>>();
  readonly #leavingTurns = new Set<TurnSpeaker>();
  readonly #errors = new RepeatedErrors();
  #lastFrame: Promise<void> = Promise.resolve();
  #droppedMs = 0;

  /** @throws RangeError or TypeError for a format, frame size or time that can't be */
  constructor(init: TurnDetectorInit<State>) {
    super(init);
    const { inputFormat = { ...MONO_16K, format: 'f32' }, frameSize = FRAME_SIZE } = init;
    const { giveUpMs = GIVE_UP_MS, maxBacklogMs = MAX_BACKLOG_MS } = init;
    checkAudioFormat(inputFormat);
    checkInteger('frameSize', frameSize);
    checkDurationMs('giveUpMs', giveUpMs);
    checkDurationMs('maxBacklogMs', maxBacklogMs);
    if (giveUpMs === 0) throw new RangeError('giveUpMs must be more than 0 milliseconds, got 0');
    this.inputFormat = inputFormat;
    this.frameSize = frameSize;
    this.giveUpMs = giveUpMs;
    this.maxBacklogMs = maxBacklogMs;
    this.serial = init.serial ?? false;
    this.#createState = init.createState;
  }

  /** Audio that was accepted, or came after `close()`, and was given up, in milliseconds. */
  get droppedMs(): number {
    let sum = this.#droppedMs;
    for (const { turn } of this.#speakers.values()) sum += turn.droppedMs;
    for (const turn of this.#leavingTurns) sum += turn.droppedMs;
    return sum;
  }

  /**
   * Takes audio of any rate and number of channels, and returns at once. Before `start()` it waits; after `close()` it
   * is dropped and counted. Of what is given faster than the detector looks at it, the last seconds of each speaker are
   * kept.
   *
   * @param participant whose voice it is; the audio's own participant unless given
   * @throws TypeError for anything but `PcmData`
   */
  send(pcm: PcmData, participant?: Participant): void {
    const speaker = speakerOf('send()', pcm, participant);
    if (this.closed) this.#droppedMs += pcm.durationMs;
    else this.#speaker(speaker).turn.write(pcm);
  }

  /** Lets go of this speaker and what is kept of them. An open turn ends, and what waits is dropped and counted. */
  participantLeft(participantId: string): void {
    const speaker = this.#speakers.get(participantId);
    if (speaker && !this.closed) this.#letGo(participantId, speaker);
  }

  /**
   * Looks at one frame of one speaker: `frameSize` samples in the `inputFormat`. The next frame of this speaker comes
   * once it is done; work that would block the event loop goes to `runInWorker()`.
   *
   * What it throws becomes an error event, and the next frame is looked at.
   */
  protected abstract processAudio(
    pcm: PcmData,
    participant: Participant | undefined,
    context: TurnContext<State>,
  ): Promise<void> | void;

  /** A speaker is let go, or the component closes: what the state holds outside of it can be freed. */
  protected onSpeakerLeft(
    _participant: Participant | undefined,
    _state: State,
  ): Promise<void> | void {}

  /** The speaker is heard. Does nothing in a turn, but for one that has perhaps ended: that goes on. */
  protected emitTurnStarted(participant?: Participant, details: TurnDetails = {}): void {
    this.#tell('start', participant, details);
  }

  /** The speaker goes on after an eager end. */
  protected emitTurnResumed(participant?: Participant, details: TurnDetails = {}): void {
    this.#tell('resume', participant, details);
  }

  /** The speaker has ended, or perhaps so (`eager`). Does nothing outside of a turn. */
  protected emitTurnEnded(participant?: Participant, details: TurnDetails = {}): void {
    this.#tell(details.eager ? 'eager-end' : 'end', participant, details);
  }

  #tell(signal: TurnSignal, participant: Participant | undefined, details: TurnDetails): void {
    this.#speakers.get(speakerKey(participant))?.turn.tell(signal, details);
  }

  #put(turn: Turn): void {
    if (this.output.closed) return;
    if (turn.type === 'turn-ended' && !turn.eager) {
      this.#record('turn.duration.ms', turn.durationMs);
      this.#record('turn.trailing_silence.ms', turn.trailingSilenceMs);
    }
    this.output.trySend(turn);
  }

  #record(name: MetricName, value: number | undefined): void {
    if (value !== undefined) this.metrics.record(name, value);
  }

  #speaker(participant: Participant | undefined): Speaker<State> {
    const key = speakerKey(participant);
    const speaker = this.#speakers.get(key) ?? this.#newSpeaker(key, participant);
    // Moved to the end, so that the first one is always the one who was silent the longest.
    this.#speakers.delete(key);
    this.#speakers.set(key, speaker);
    return speaker;
  }

  #newSpeaker(key: string, participant: Participant | undefined): Speaker<State> {
    const [longestSilent] = this.#speakers;
    if (longestSilent && this.#speakers.size >= MAX_SPEAKERS) this.#letGo(...longestSilent);
    const turn = new TurnSpeaker({
      participant,
      format: this.inputFormat,
      frameSize: this.frameSize,
      maxBacklogMs: this.maxBacklogMs,
      giveUpMs: this.giveUpMs,
      clock: () => this.clock,
      signal: this.signal,
      process: (frame) => this.#request(frame, speaker),
      onTurn: (item) => this.#put(item),
      onError: (error) => this.#onError(error, speaker),
    });
    const speaker: Speaker<State> = { turn, state: undefined };
    if (this.started) this.#open(key, speaker);
    return speaker;
  }

  /** Who comes back begins once the last frame of before is done, so that nothing of it is taken for theirs. */
  #open(key: string, { turn }: Speaker<State>): void {
    const leaving = this.#leaving.get(key);
    if (leaving) void leaving.then(() => turn.open());
    else turn.open();
  }

  #letGo(key: string, speaker: Speaker<State>): void {
    const { turn } = speaker;
    turn.leave();
    this.#speakers.delete(key);
    this.#leavingTurns.add(turn);
    const before = this.#leaving.get(key) ?? Promise.resolve();
    const leaving = before
      .then(() => this.#forget(speaker))
      .finally(() => {
        if (this.#leavingTurns.delete(turn)) this.#droppedMs += turn.droppedMs;
        if (this.#leaving.get(key) === leaving) this.#leaving.delete(key);
      });
    this.#leaving.set(key, leaving);
    this.spawn('participant left', () => leaving);
  }

  /** Never rejects. */
  async #forget({ turn, state }: Speaker<State>): Promise<void> {
    await turn.idle();
    if (!state) return;
    try {
      await this.onSpeakerLeft(turn.participant, state.value);
    } catch (error) {
      this.reportError(error, 'onSpeakerLeft', turn.participant);
    }
  }

  async #request(frame: PcmData, speaker: Speaker<State>): Promise<void> {
    if (!this.serial) return this.#process(frame, speaker);
    const process = (): Promise<void> => this.#process(frame, speaker);
    const request = this.#lastFrame.then(process, process);
    this.#lastFrame = request;
    return request;
  }

  async #process(frame: PcmData, speaker: Speaker<State>): Promise<void> {
    const { participant, signal } = speaker.turn;
    if (signal.aborted) {
      this.#droppedMs += frame.durationMs;
      return;
    }
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the constructor asks for what makes a `State`, unless that is undefined
    speaker.state ??= { value: this.#createState?.(participant) as State };
    await this.processAudio(frame, participant, { signal, state: speaker.state.value });
  }

  /** What is cut short because its speaker left is no error; one that comes with each frame is told now and then. */
  #onError(error: unknown, { turn }: Speaker<State>): void {
    if (turn.signal.aborted) return;
    const told = ProviderError.from(error, this.provider);
    if (this.#errors.isNew(told, this.clock.now()))
      this.reportError(told, 'processAudio', turn.participant);
  }

  override [afterStart](): void {
    for (const [key, speaker] of this.#speakers) this.#open(key, speaker);
  }

  override async [drain](options: { timeoutMs: number }): Promise<void> {
    const speakers = [...this.#speakers.values()];
    const finished = Promise.all(speakers.map(({ turn }) => turn.finish()));
    await within(this.clock, options.timeoutMs, finished);
    for (const speaker of speakers) {
      speaker.turn.stop();
      this.spawn('looking at a frame', () => this.#forget(speaker));
    }
  }

  override [closeOutputs](): void {
    this.output.close();
  }
}
