import { sameFormat } from './audio-format.ts';
import { Deque } from './deque.ts';
import { DurationCounter } from './duration-counter.ts';
import { cutFrames, later, PcmData } from './pcm-data.ts';
import { allocateSamples } from './slab.ts';

/** Chunks of audio one after the other, read whole or by frames. */
export class AudioBuffer {
  readonly #chunks = new Deque<PcmData>();
  readonly #duration = new DurationCounter();
  /** Frames of the first chunk that have been read. */
  #read = 0;

  get durationMs(): number {
    return this.#duration.ms;
  }

  get chunks(): number {
    return this.#chunks.length;
  }

  /** The rate of what is read next. */
  get sampleRate(): number | undefined {
    return this.#chunks.at(0)?.sampleRate;
  }

  put(pcm: PcmData): void {
    this.#chunks.push(pcm);
    this.#duration.add(pcm.frames, pcm.sampleRate);
  }

  /** The first chunk, or what is left of it. */
  take(): PcmData | undefined {
    const chunk = this.#chunks.at(0);
    return chunk === undefined ? undefined : this.#takeFromFirst(chunk, chunk.frames - this.#read);
  }

  /**
   * So many frames from as many chunks as it takes; fewer when the next is of another format, or, if `partial`, when
   * there are no more. Undefined when there aren't enough.
   */
  takeFrames(frames: number, { partial }: { partial: boolean }): PcmData | undefined {
    const first = this.#chunks.at(0);
    if (first === undefined) return undefined;
    let available = first.frames - this.#read;
    let index = 1;
    for (; available < frames; index++) {
      const chunk = this.#chunks.at(index);
      if (chunk === undefined && !partial) return undefined;
      if (chunk === undefined || !sameFormat(chunk, first)) break;
      available += chunk.frames;
    }
    const taken = Math.min(frames, available);
    return index === 1 ? this.#takeFromFirst(first, taken) : this.#join(first, taken);
  }

  clear(): void {
    this.#chunks.clear();
    this.#duration.reset();
    this.#read = 0;
  }

  /** A view, or the chunk itself. */
  #takeFromFirst(chunk: PcmData, frames: number): PcmData {
    const taken = cutFrames(chunk, this.#read, this.#read + frames);
    this.#advance(chunk, frames);
    return taken;
  }

  #join(first: PcmData, frames: number): PcmData {
    const { sampleRate, channels, format, participant } = first;
    const timestampMs = later(first, this.#read);
    const samples = allocateSamples(format, frames * channels);
    for (let written = 0; written < frames;) {
      const chunk = this.#chunks.at(0);
      if (chunk === undefined) break;
      const count = Math.min(frames - written, chunk.frames - this.#read);
      const whole = count === chunk.frames;
      const part = whole
        ? chunk.samples
        : chunk.samples.subarray(this.#read * channels, (this.#read + count) * channels);
      samples.set(part, written * channels);
      written += count;
      this.#advance(chunk, count);
    }
    return new PcmData({ samples, sampleRate, channels, participant, timestampMs });
  }

  #advance(first: PcmData, frames: number): void {
    this.#duration.add(-frames, first.sampleRate);
    this.#read += frames;
    if (this.#read < first.frames) return;
    this.#chunks.shift();
    this.#read = 0;
  }
}
