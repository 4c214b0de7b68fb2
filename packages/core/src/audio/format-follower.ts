import { sameFormat } from './audio-format.ts';
import type { AudioFormat } from './audio-format.ts';
import type { PcmFields } from './pcm-init.ts';
import { concatSamples } from './samples.ts';
import { StreamResampler } from './stream-resampler.ts';

/** The working of `FormatConverter`, on plain fields. */
export class FormatFollower {
  readonly #to: AudioFormat;
  #from: AudioFormat | undefined;
  #resampler: StreamResampler | undefined;

  constructor(to: AudioFormat) {
    this.#to = { ...to };
  }

  push<Pcm extends PcmFields & AudioFormat>(pcm: Pcm): Pcm | PcmFields {
    if (this.#from !== undefined && sameFormat(pcm, this.#from)) {
      return this.#resampler === undefined ? pcm : this.#resampler.push(pcm);
    }
    const tail = this.#resampler?.flush();
    const { sampleRate, channels, format } = pcm;
    this.#from = { sampleRate, channels, format };
    this.#resampler = sameFormat(pcm, this.#to)
      ? undefined
      : new StreamResampler(this.#from, this.#to);
    const output = this.#resampler === undefined ? pcm : this.#resampler.push(pcm);
    return tail === undefined || tail.samples.length === 0 ? output : join(tail, output);
  }

  flush(): PcmFields | undefined {
    const tail = this.#resampler?.flush();
    return tail === undefined || tail.samples.length === 0 ? undefined : tail;
  }

  reset(): void {
    this.#resampler?.reset();
  }
}

function join(tail: PcmFields, next: PcmFields): PcmFields {
  return {
    ...tail,
    participant: next.participant,
    samples: concatSamples([tail.samples, next.samples]),
  };
}
