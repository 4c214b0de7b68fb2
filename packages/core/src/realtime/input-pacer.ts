import { AudioBuffer } from '../audio/audio-buffer.ts';
import { msToFrames } from '../audio/audio-format.ts';
import { DurationCounter } from '../audio/duration-counter.ts';
import { PcmData, type AudioFormat } from '../audio/index.ts';
import type { Clock, Timer } from '../clock.ts';
import type { CompletePacing } from './input-pacing.ts';

/** When it is later than that, the schedule begins anew instead of catching up. */
const MAX_LATE_MS = 1_000;

/** Gives audio on as a microphone would: a chunk at a time, on a schedule that does not drift. */
export class InputPacer {
  readonly #pacing: CompletePacing;
  readonly #format: AudioFormat;
  readonly #clock: Clock;
  readonly #deliver: (pcm: PcmData) => void;
  readonly #listened: () => boolean;
  readonly #chunkFrames: number;
  readonly #buffer = new AudioBuffer();
  readonly #dropped = new DurationCounter();
  #primed = false;
  #nextMs = 0;
  #timer: Timer | undefined;

  constructor(init: {
    pacing: CompletePacing;
    format: AudioFormat;
    clock: Clock;
    deliver: (pcm: PcmData) => void;
    /** Whether silence may be made up: not while it would only push out what was said. */
    listened: () => boolean;
  }) {
    this.#pacing = init.pacing;
    this.#format = init.format;
    this.#clock = init.clock;
    this.#deliver = init.deliver;
    this.#listened = init.listened;
    this.#chunkFrames = Math.max(1, msToFrames(init.pacing.chunkMs, init.format.sampleRate));
  }

  get droppedMs(): number {
    return this.#dropped.ms;
  }

  /** From now on there is silence, where that is wanted. */
  start(): void {
    if (this.#pacing.silenceWhenEmpty) this.#run();
  }

  /** Takes audio of the declared format. */
  put(pcm: PcmData): void {
    const { maxBufferMs, startupBufferMs } = this.#pacing;
    // In small pieces, so that of what is too much the oldest can go.
    for (const chunk of pcm.chunks(this.#chunkFrames)) {
      this.#buffer.put(chunk);
      while (this.#buffer.durationMs > maxBufferMs && this.#buffer.chunks > 1) this.#drop();
    }
    if (this.#buffer.durationMs >= startupBufferMs) this.#primed = true;
    if (this.#primed) this.#run();
  }

  /** Gives up what waits. */
  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    while (this.#buffer.chunks > 0) this.#drop();
    this.#primed = false;
  }

  /** Gives up the oldest piece that waits. */
  #drop(): void {
    const oldest = this.#buffer.take();
    if (oldest) this.#dropped.add(oldest.frames, oldest.sampleRate);
  }

  #run(): void {
    if (this.#timer) return;
    this.#nextMs = this.#clock.now();
    this.#schedule();
  }

  #schedule(): void {
    const delayMs = Math.max(0, this.#nextMs - this.#clock.now());
    this.#timer = this.#clock.setTimeout(() => this.#tick(), delayMs);
  }

  #tick(): void {
    this.#timer = undefined;
    const { chunkMs, silenceWhenEmpty } = this.#pacing;
    const late = this.#clock.now() - this.#nextMs > MAX_LATE_MS;
    this.#nextMs = late ? this.#clock.now() + chunkMs : this.#nextMs + chunkMs;
    const chunk = this.#primed ? this.#take() : undefined;
    if (chunk) this.#deliver(chunk);
    else if (silenceWhenEmpty && this.#listened())
      this.#deliver(PcmData.silence(chunkMs, this.#format));
    if (chunk || silenceWhenEmpty) this.#schedule();
  }

  /** A chunk; the last before the audio runs dry may be shorter. Undefined when it is dry, until enough is there again. */
  #take(): PcmData | undefined {
    const chunk = this.#buffer.takeFrames(this.#chunkFrames, { partial: true });
    if (chunk === undefined) this.#primed = false;
    return chunk;
  }
}
