import { checkAudioFormat } from './audio-format.ts';
import type { AudioFormat } from './audio-format.ts';
import { describeValue } from '../describe-value.ts';
import { FormatFollower } from './format-follower.ts';
import { PcmData } from './pcm-data.ts';

/**
 * Brings the audio of one speaker to a declared format, whatever comes.
 *
 * It follows a source that changes its format in mid-stream: what the old resampler still holds comes out first,
 * together with the first output of the new one.
 */
export class FormatConverter {
  readonly #to: AudioFormat;
  readonly #follower: FormatFollower;

  /** @throws RangeError or TypeError for an invalid format */
  constructor(to: AudioFormat) {
    checkAudioFormat(to);
    this.#to = { ...to };
    this.#follower = new FormatFollower(to);
  }

  /**
   * All output that is determined by now, which may be empty; `pcm` itself when it has the declared format already.
   *
   * @throws TypeError for anything but a `PcmData`
   */
  push(pcm: PcmData): PcmData {
    if (!PcmData.isPcmData(pcm))
      throw new TypeError(`push takes a PcmData, got ${describeValue(pcm)}`);
    const output = this.#follower.push(pcm);
    return output === pcm ? pcm : new PcmData(output);
  }

  /** Ends the stream: returns what was held back, which may be empty. The next push starts anew. */
  flush(): PcmData {
    const rest = this.#follower.flush();
    return rest === undefined ? PcmData.silence(0, this.#to) : new PcmData(rest);
  }

  /** Forgets the stream without its rest. The next push starts anew. */
  reset(): void {
    this.#follower.reset();
  }
}
