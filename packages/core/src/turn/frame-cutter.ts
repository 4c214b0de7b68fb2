import { AudioBuffer } from '../audio/audio-buffer.ts';
import type { PcmData } from '../audio/index.ts';

/** Makes frames of exactly one size of audio that comes in pieces of any. What is left over waits for the next piece. */
export class FrameCutter {
  readonly #frameSize: number;
  readonly #buffer = new AudioBuffer();

  /** @param frameSize samples of each channel */
  constructor(frameSize: number) {
    this.#frameSize = frameSize;
  }

  /** The frames that this piece completes, all of one format. */
  *push(pcm: PcmData): Generator<PcmData, void, void> {
    this.#buffer.put(pcm);
    for (let frame = this.#take(); frame; frame = this.#take()) yield frame;
  }

  #take(): PcmData | undefined {
    return this.#buffer.takeFrames(this.#frameSize, { partial: false });
  }
}
