import type { Participant } from '../events/participant.ts';
import type { AudioFormat } from './audio-format.ts';
import { convertLayout } from './convert-samples.ts';
import { FrameResampler } from './frame-resampler.ts';
import type { PcmFields } from './pcm-init.ts';
import type { Samples } from './samples.ts';
import { allocateSamples } from './slab.ts';
import type { StreamFilterFactory } from './stream-filter.ts';

/** The working of `Resampler`, on plain fields. */
export class StreamResampler {
  readonly #from: AudioFormat;
  readonly #to: AudioFormat;
  /** Undefined at equal rates. */
  readonly #resampler: FrameResampler | undefined;
  /** When the input ends, as far as the source has said. */
  #endMs: number | undefined;
  #participant: Participant | undefined;

  constructor(from: AudioFormat, to: AudioFormat, makeFilter?: StreamFilterFactory) {
    this.#from = { ...from };
    this.#to = { ...to };
    this.#resampler =
      from.sampleRate === to.sampleRate ? undefined : new FrameResampler(from, to, makeFilter);
  }

  /** @param pcm of the format `from` */
  push(pcm: PcmFields): PcmFields {
    if (this.#resampler === undefined) return this.#convert(pcm);
    const frames = pcm.samples.length / this.#from.channels;
    this.#participant = pcm.participant;
    this.#endMs = pcm.timestampMs ?? this.#endMs;
    const outputFrames = this.#resampler.determinedBy(frames);
    return this.#advance(this.#resampler, pcm.samples, frames, outputFrames);
  }

  flush(): PcmFields {
    if (this.#resampler === undefined) return this.#describe(allocateSamples(this.#to.format, 0));
    const { lead, ratio } = this.#resampler;
    const rest = Math.max(0, Math.ceil(-lead / ratio.from));
    const silence =
      rest === 0 ? 0 : Math.ceil((lead + (rest - 1) * ratio.from + ratio.reach) / ratio.to);
    const tail = this.#advance(this.#resampler, undefined, silence, rest);
    this.reset();
    return tail;
  }

  reset(): void {
    this.#resampler?.reset();
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

  #describe(samples: Samples, timestampMs?: number): PcmFields {
    const { sampleRate, channels } = this.#to;
    return { samples, sampleRate, channels, participant: this.#participant, timestampMs };
  }

  /** Takes in `frames` of input, or silence, and computes `outputFrames`. */
  #advance(
    resampler: FrameResampler,
    input: Samples | undefined,
    frames: number,
    outputFrames: number,
  ): PcmFields {
    const samples = allocateSamples(this.#to.format, outputFrames * this.#to.channels);
    const { lead, ratio } = resampler;
    resampler.feed({ samples: input, frames }, { samples, firstFrame: 0, frames: outputFrames });
    if (this.#endMs === undefined) return this.#describe(samples);
    const startMs = this.#endMs + (lead * 1000) / (ratio.to * this.#from.sampleRate);
    this.#endMs += (frames * 1000) / this.#from.sampleRate;
    return this.#describe(samples, startMs);
  }
}
