import type { Participant } from '../events/participant.ts';
import type { AudioFormat } from './audio-format.ts';
import { convertLayout, planeCount, readPlanes } from './convert-samples.ts';
import { filterFor } from './filter-cache.ts';
import { readAhead } from './filter.ts';
import type { Filter } from './filter.ts';
import { filterPlanes } from './filter-planes.ts';
import type { PcmFields } from './pcm-init.ts';
import { rateRatio } from './rate-ratio.ts';
import type { RateRatio } from './rate-ratio.ts';
import type { Samples } from './samples.ts';
import { allocateSamples } from './slab.ts';

/** Input is taken in so many frames at a time: 20 ms at 48 kHz is one block, and memory stays small for any input. */
const blockFrames = 1024;

/** The working of `Resampler`, on plain fields. */
export class StreamResampler {
  readonly #from: AudioFormat;
  readonly #to: AudioFormat;
  readonly #ratio: RateRatio;
  readonly #filter: Filter;
  readonly #silentFrames: number;
  /** The input that outputs still need, one plane for each channel that is kept apart. */
  readonly #planes: readonly Float64Array[];
  #filled = 0;
  /** How far the next output lies ahead of the end of the input, in `1 / ratio.to` input frames; at most 0 at rest. */
  #lead = 0;
  /** When the input ends, as far as the source has said. */
  #endMs: number | undefined;
  #participant: Participant | undefined;

  constructor(from: AudioFormat, to: AudioFormat) {
    this.#from = { ...from };
    this.#to = { ...to };
    this.#ratio = rateRatio(from.sampleRate, to.sampleRate);
    const { reach, taps, from: step, to: unit } = this.#ratio;
    this.#filter = filterFor(this.#ratio);
    this.#silentFrames = Math.ceil(reach / unit) - 1;
    const capacity = taps + Math.ceil(step / unit) + blockFrames + readAhead;
    this.#planes = Array.from(
      { length: planeCount(from.channels, to.channels) },
      () => new Float64Array(capacity),
    );
    this.reset();
  }

  get #sameRate(): boolean {
    return this.#from.sampleRate === this.#to.sampleRate;
  }

  /** @param pcm of the format `from` */
  push(pcm: PcmFields): PcmFields {
    if (this.#sameRate) return this.#convert(pcm);
    const frames = pcm.samples.length / this.#from.channels;
    this.#participant = pcm.participant;
    this.#endMs = pcm.timestampMs ?? this.#endMs;
    const { to: unit, reach, from: step } = this.#ratio;
    const determined = Math.max(0, Math.floor((frames * unit - this.#lead - reach) / step) + 1);
    return this.#advance(pcm.samples, frames, determined);
  }

  flush(): PcmFields {
    const { to: unit, reach, from: step } = this.#ratio;
    const rest = Math.max(0, Math.ceil(-this.#lead / step));
    const silence = rest === 0 ? 0 : Math.ceil((this.#lead + (rest - 1) * step + reach) / unit);
    const tail = this.#advance(undefined, silence, rest);
    this.reset();
    return tail;
  }

  reset(): void {
    for (const plane of this.#planes) plane.fill(0);
    this.#filled = this.#silentFrames;
    this.#lead = 0;
    this.#endMs = undefined;
    this.#participant = undefined;
  }

  #convert(pcm: PcmFields): PcmFields {
    const samples = convertLayout(pcm.samples, pcm.channels, this.#to);
    if (samples === pcm.samples) return pcm;
    const { channels } = this.#to;
    const { sampleRate, participant, timestampMs } = pcm;
    return { samples, sampleRate, channels, participant, timestampMs };
  }

  #describe(samples: Samples, timestampMs: number | undefined): PcmFields {
    const { sampleRate, channels } = this.#to;
    return { samples, sampleRate, channels, participant: this.#participant, timestampMs };
  }

  /** Takes in `frames` of input, or silence, and computes `outputFrames`. */
  #advance(input: Samples | undefined, frames: number, outputFrames: number): PcmFields {
    const { channels, format } = this.#to;
    const { to: unit, from: step, reach } = this.#ratio;
    const timestampMs =
      this.#endMs === undefined
        ? undefined
        : this.#endMs + (this.#lead * 1000) / (unit * this.#from.sampleRate);
    const samples = allocateSamples(format, outputFrames * channels);
    let written = 0;
    for (let read = 0; read < frames;) {
      const block = Math.min(blockFrames, frames - read);
      this.#append(input, read, block);
      read += block;
      const ready = Math.max(0, Math.floor((-this.#lead - reach) / step) + 1);
      const count = Math.min(ready, outputFrames - written);
      const position = this.#filled * unit + this.#lead;
      const output = { samples, channels, firstFrame: written, frames: count };
      filterPlanes(this.#filter, this.#ratio, this.#planes, position, output);
      written += count;
      this.#lead += count * step;
      this.#forget();
    }
    if (this.#endMs !== undefined) this.#endMs += (frames * 1000) / this.#from.sampleRate;
    return this.#describe(samples, timestampMs);
  }

  #append(input: Samples | undefined, firstFrame: number, frames: number): void {
    if (input === undefined) {
      for (const plane of this.#planes) plane.fill(0, this.#filled, this.#filled + frames);
    } else {
      const range = { channels: this.#from.channels, firstFrame, frames };
      readPlanes(input, range, this.#planes, this.#filled);
    }
    this.#filled += frames;
    this.#lead -= frames * this.#ratio.to;
  }

  /** Lets go of the input that is out of the reach of the next output. */
  #forget(): void {
    const { to: unit, reach } = this.#ratio;
    const needless = Math.max(0, this.#filled + Math.floor((this.#lead - reach) / unit) + 1);
    if (needless === 0) return;
    for (const plane of this.#planes) plane.copyWithin(0, needless, this.#filled);
    this.#filled -= needless;
  }
}
