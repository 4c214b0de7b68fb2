import type { AudioFormat, PcmData } from '../audio/index.ts';
import type { Clock } from '../clock.ts';
import { LinkedAbort } from '../connection/http/linked-abort.ts';
import type { Participant } from '../events/participant.ts';
import { known } from '../known.ts';
import { SpeakerInput } from '../speaker/speaker-input.ts';
import { EnergyVad } from '../stt/energy-vad.ts';
import type { Turn, TurnDetails } from '../stt/stt-output.ts';
import { TurnLabels } from '../stt/turn-labels.ts';
import { FrameCutter } from './frame-cutter.ts';
import { GiveUpTimer } from './give-up-timer.ts';
import { nextTurn, type TurnSignal, type TurnState } from './turn-state.ts';

export interface TurnSpeakerInit {
  participant: Participant | undefined;
  /** What the detector takes, in frames of `frameSize` samples. */
  format: AudioFormat;
  frameSize: number;
  maxBacklogMs: number;
  giveUpMs: number;
  /** Asked when it is needed: the component's may still be replaced. */
  clock: () => Clock;
  /** The component's; the speaker's own is aborted with it. */
  signal: AbortSignal;
  /** Looks at one frame; the next one waits until it is done. */
  process(frame: PcmData): Promise<void>;
  onTurn(turn: Turn): void;
  onError(error: unknown): void;
}

/** One speaker of a turn detector: the audio on its way in, as exact frames, and whether a turn goes on. */
export class TurnSpeaker {
  readonly participant: Participant | undefined;
  readonly #init: TurnSpeakerInit;
  readonly #abort: LinkedAbort;
  readonly #input: SpeakerInput;
  readonly #frames: FrameCutter;
  readonly #loudness = new EnergyVad();
  readonly #labels = new TurnLabels();
  readonly #giveUp: GiveUpTimer;
  readonly signal: AbortSignal;
  #state: TurnState = 'idle';
  /** Nothing is told of a speaker before their audio flows, and after it was stopped. */
  #flows = false;
  /** How much audio came in, up to the last that was loud, and up to the frame that is looked at: in milliseconds. */
  #arrivedMs = 0;
  #loudMs = 0;
  #lookedAtMs = 0;
  #frameMs = 0;
  /** Where in the audio the turn began. */
  #startedMs = 0;

  constructor(init: TurnSpeakerInit) {
    this.#init = init;
    this.participant = init.participant;
    this.#abort = new LinkedAbort(init.signal);
    this.signal = this.#abort.signal;
    this.#frames = new FrameCutter(init.frameSize);
    this.#input = new SpeakerInput({
      format: init.format,
      maxBufferedMs: init.maxBacklogMs,
      process: (pcm) => this.#process(pcm),
      onError: (error) => init.onError(error),
    });
    const { clock, giveUpMs } = init;
    this.#giveUp = new GiveUpTimer({ clock, giveUpMs, onGiveUp: () => this.#endInSilence() });
  }

  /** Audio that was given up, in milliseconds. */
  get droppedMs(): number {
    return this.#input.droppedMs;
  }

  /** From now on audio flows; what waited goes first. */
  open(): void {
    if (this.signal.aborted) return;
    this.#flows = true;
    this.#input.open();
  }

  write(pcm: PcmData): void {
    this.#arrivedMs += pcm.durationMs;
    if (this.#loudness.isSpeech(pcm)) this.#hear();
    this.#input.write(pcm);
  }

  /** What the detector found. It is put out when it says something new. */
  tell(signal: TurnSignal, details: TurnDetails = {}): void {
    if (!this.#flows) return;
    if (signal === 'start' || signal === 'resume') this.#hear();
    const transition = nextTurn(this.#state, signal);
    if (!transition) return;
    const { state, puts: type } = transition;
    if (this.#state === 'idle') this.#startedMs = this.#lookedAtMs - this.#frameMs;
    this.#state = state;
    if (state === 'idle') this.#giveUp.stop();
    else this.#giveUp.start();
    const turnId = this.#label(type, details.eager ?? false);
    const durationMs = type === 'turn-ended' ? this.#durationOf(details) : undefined;
    this.#init.onTurn({
      type,
      participant: this.participant,
      turnId,
      ...known({ durationMs, ...known(details) }),
    });
  }

  /** Waits until everything that was given is looked at. */
  finish(): Promise<void> {
    return this.#input.finish();
  }

  /** Gives up what waits and what is under way. An open turn stays as it is. */
  stop(): void {
    this.#flows = false;
    this.#input.stop();
    this.#giveUp.stop();
  }

  /** The same, and a turn that is open ends. */
  leave(): void {
    this.tell('end');
    this.stop();
    this.#abort.abort(new Error('The speaker has left'));
  }

  /** Waits until nothing is being looked at. */
  idle(): Promise<void> {
    return this.#input.idle();
  }

  async #process(pcm: PcmData): Promise<void> {
    for (const frame of this.#frames.push(pcm)) {
      this.#frameMs = frame.durationMs;
      this.#lookedAtMs += frame.durationMs;
      await this.#look(frame);
    }
  }

  async #look(frame: PcmData): Promise<void> {
    try {
      await this.#init.process(frame);
    } catch (error) {
      this.#init.onError(error);
    }
  }

  /** A voice, or what may be one: nobody gives up on who speaks. */
  #hear(): void {
    this.#loudMs = this.#arrivedMs;
    this.#giveUp.putOff();
  }

  #endInSilence(): void {
    const durationMs = Math.max(0, this.#loudMs - this.#startedMs);
    this.tell('end', { trailingSilenceMs: this.#init.giveUpMs, durationMs });
  }

  #label(type: Turn['type'], eager: boolean): string {
    switch (type) {
      case 'turn-started':
        return this.#labels.started();
      case 'turn-resumed':
        return this.#labels.resumed();
      case 'turn-ended':
        return eager ? this.#labels.current() : this.#labels.ended();
    }
  }

  #durationOf({ trailingSilenceMs }: TurnDetails): number {
    return Math.max(0, this.#lookedAtMs - this.#startedMs - (trailingSilenceMs ?? 0));
  }
}
