import { PcmData, type AudioFormat } from '../audio/index.ts';
import { EnergyVad } from './energy-vad.ts';

/** Where an utterance begins and ends. All times in milliseconds. */
export interface Segmentation {
  /** `energy`: by loudness. `turns`: by `turnStarted()` and `turnEnded()`, from whatever detects turns. */
  by: 'energy' | 'turns';
  /** Audio kept from before the voice was noticed, so that no first sound is cut off. */
  preRollMs: number;
  /** Loud for so long is a voice. */
  startMs: number;
  /** Quiet for so long ends the utterance. */
  silenceMs: number;
  /** A longer utterance is cut here, and goes on in the next one. */
  maxMs: number;
}

export const defaultSegmentation: Readonly<Segmentation> = Object.freeze({
  by: 'energy',
  preRollMs: 300,
  startMs: 60,
  silenceMs: 500,
  maxMs: 30_000,
});

const FRAME_MS = 20;

type State =
  | { name: 'quiet'; frames: PcmData[]; loudMs: number }
  | { name: 'speaking'; frames: PcmData[]; quietMs: number };

/** Cuts one speaker's audio into utterances. No audio of an utterance is lost, and none is in two of them twice. */
export class UtteranceCutter {
  readonly #format: AudioFormat;
  readonly #segmentation: Segmentation;
  readonly #vad = new EnergyVad();
  #rest: PcmData;
  #state: State = { name: 'quiet', frames: [], loudMs: 0 };

  constructor(format: AudioFormat, segmentation: Segmentation) {
    this.#format = format;
    this.#segmentation = segmentation;
    this.#rest = PcmData.silence(0, format);
  }

  /** The utterances that this audio completes. */
  push(pcm: PcmData): PcmData[] {
    const utterances: PcmData[] = [];
    const frameLength = (this.#format.sampleRate * FRAME_MS) / 1_000;
    for (const frame of PcmData.concat([this.#rest, pcm]).chunks(frameLength)) {
      if (frame.frames < frameLength) {
        this.#rest = frame;
        return utterances;
      }
      const utterance = this.#take(frame);
      if (utterance) utterances.push(utterance);
    }
    this.#rest = PcmData.silence(0, this.#format);
    return utterances;
  }

  /** Someone else noticed that the speaker has begun. */
  turnStarted(): void {
    if (this.#state.name === 'quiet') this.#speak(this.#state.frames);
  }

  /** Someone else noticed that the speaker has ended. */
  turnEnded(): PcmData | undefined {
    return this.#state.name === 'speaking' ? this.#end(this.#state.frames) : undefined;
  }

  /** The utterance that is under way, at the end of the audio. */
  flush(): PcmData | undefined {
    const state = this.#state;
    const rest = this.#rest;
    this.#rest = PcmData.silence(0, this.#format);
    return state.name === 'speaking' ? this.#end([...state.frames, rest]) : undefined;
  }

  #take(frame: PcmData): PcmData | undefined {
    const { by, maxMs } = this.#segmentation;
    const state = this.#state;
    const loud = by === 'energy' && this.#vad.isSpeech(frame);
    state.frames.push(frame);
    if (state.name === 'quiet') {
      this.#listen(state, loud);
      return undefined;
    }
    state.quietMs = loud ? 0 : state.quietMs + FRAME_MS;
    if (by === 'energy' && state.quietMs >= this.#segmentation.silenceMs)
      return this.#end(state.frames);
    if (state.frames.length * FRAME_MS < maxMs) return undefined;
    this.#speak([]);
    return PcmData.concat(state.frames);
  }

  #listen(state: Extract<State, { name: 'quiet' }>, loud: boolean): void {
    const { preRollMs, startMs } = this.#segmentation;
    const kept = Math.ceil((preRollMs + startMs) / FRAME_MS);
    if (state.frames.length > kept) state.frames.splice(0, state.frames.length - kept);
    state.loudMs = loud ? state.loudMs + FRAME_MS : 0;
    if (loud && state.loudMs >= startMs) this.#speak(state.frames);
  }

  #speak(frames: PcmData[]): void {
    this.#state = { name: 'speaking', frames, quietMs: 0 };
  }

  #end(frames: readonly PcmData[]): PcmData | undefined {
    this.#state = { name: 'quiet', frames: [], loudMs: 0 };
    return frames.length === 0 ? undefined : PcmData.concat(frames);
  }
}
