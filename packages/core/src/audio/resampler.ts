import { checkAudioFormat, describeFormat, sameFormat } from './audio-format.ts';
import type { AudioFormat } from './audio-format.ts';
import { describeValue } from '../describe-value.ts';
import { PcmData } from './pcm-data.ts';
import { StreamResampler } from './stream-resampler.ts';

/**
 * Resamples a stream of one speaker, piece by piece, without a seam: the output is bit-identical however the input
 * is cut.
 *
 * A polyphase low-pass of 48 lobes: 88 dB or more of signal to noise for 16-bit speech, what can't be represented at
 * the lower rate is 80 dB down or more, and nothing is shifted in time. It holds back the 24 frames, at the lower rate,
 * that it needs to look ahead: 1.5 ms at 16 kHz, 3 ms at 8 kHz. At equal rates only channels and format are
 * converted, with no delay.
 *
 * Channels: any number to one is their mean, one to any number are copies, and n to m others are copies of the mean.
 * Samples that are not finite count as silence.
 *
 * Output carries the participant of the input pushed last, and the time of its own first frame, reckoned from the
 * latest input that had a `timestampMs`.
 */
export class Resampler {
  readonly #from: AudioFormat;
  readonly #stream: StreamResampler;

  /** @throws RangeError or TypeError for an invalid format */
  constructor(options: { from: AudioFormat; to: AudioFormat }) {
    checkAudioFormat(options.from);
    checkAudioFormat(options.to);
    this.#from = { ...options.from };
    this.#stream = new StreamResampler(options.from, options.to);
  }

  /**
   * Takes the next piece and returns all output that is determined by now, which may be empty. After the first, each
   * 20 ms at 48 kHz give exactly 320 frames at 16 kHz.
   *
   * @throws TypeError unless given a `PcmData` of the format `from`
   */
  push(pcm: PcmData): PcmData {
    if (!PcmData.isPcmData(pcm))
      throw new TypeError(`push takes a PcmData, got ${describeValue(pcm)}`);
    if (!sameFormat(pcm, this.#from)) {
      throw new TypeError(
        `this resampler takes ${describeFormat(this.#from)}, got ${describeFormat(pcm)}`,
      );
    }
    const output = this.#stream.push(pcm);
    return output === pcm ? pcm : new PcmData(output);
  }

  /** Ends the stream: returns the rest, so that n frames have given `ceil(n · to / from)`. The next push starts anew. */
  flush(): PcmData {
    return new PcmData(this.#stream.flush());
  }

  /** Forgets the stream without its rest. The next push starts anew. */
  reset(): void {
    this.#stream.reset();
  }
}
