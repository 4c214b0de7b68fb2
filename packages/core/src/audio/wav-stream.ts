import type { PcmFields } from './pcm-init.ts';
import { decodeSamples, readFormat, unknownSizes, type WavFormat } from './wav.ts';

/** A header that takes more than this is none. */
const MAX_HEADER_BYTES = 64 * 1024;

/** Reads a WAV while it comes in, cut anywhere. What follows the audio is left out; a WAV may also end early. */
export class WavStream {
  #bytes: Uint8Array = new Uint8Array(0);
  #audio: { format: WavFormat; leftBytes: number } | undefined;

  /** Bytes of a frame, or of the header, that is not complete yet. */
  get carriedBytes(): number {
    return this.#bytes.length;
  }

  /**
   * The audio that is complete by now, if there is any.
   *
   * @throws RangeError for what is no WAV, or an encoding that can't be read
   */
  push(bytes: Uint8Array): PcmFields | undefined {
    // A copy, because a source may reuse its buffer.
    this.#bytes = new Uint8Array(Buffer.concat([this.#bytes, bytes]));
    this.#audio ??= this.#readHeader();
    if (!this.#audio) return undefined;
    const { format, leftBytes } = this.#audio;
    const frameBytes = format.sampleBytes * format.channels;
    const available = Math.min(leftBytes, this.#bytes.length);
    const whole = available - (available % frameBytes);
    const audio = decodeSamples(this.#bytes.subarray(0, whole), format);
    this.#audio.leftBytes -= whole;
    const ended = this.#audio.leftBytes < frameBytes;
    this.#bytes = ended ? new Uint8Array(0) : this.#bytes.slice(whole);
    if (whole === 0) return undefined;
    return { ...audio, participant: undefined, timestampMs: undefined };
  }

  /** The format, and what is left of the audio, once the header is complete. What is after it stays in `#bytes`. */
  #readHeader(): { format: WavFormat; leftBytes: number } | undefined {
    const view = new DataView(this.#bytes.buffer, this.#bytes.byteOffset, this.#bytes.byteLength);
    let format: WavFormat | undefined;
    for (let offset = 12; offset + 8 <= view.byteLength;) {
      const id = String.fromCharCode(...this.#bytes.subarray(offset, offset + 4));
      const size = view.getUint32(offset + 4, true);
      const start = offset + 8;
      if (id === 'data') {
        if (!format) throw new RangeError('not a WAV: no "fmt " chunk before "data"');
        this.#bytes = this.#bytes.slice(start);
        return { format, leftBytes: unknownSizes.has(size) ? Infinity : size };
      }
      if (id === 'fmt ' && start + size <= view.byteLength)
        format = readFormat(new DataView(view.buffer, view.byteOffset + start, size));
      offset = start + size + (size % 2);
    }
    if (view.byteLength > MAX_HEADER_BYTES)
      throw new RangeError(`not a WAV: no "data" chunk in ${String(view.byteLength)} bytes`);
    return undefined;
  }
}
