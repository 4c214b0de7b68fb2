import { types } from 'node:util';
import type { AudioFormat } from './audio-format.ts';
import { describeValue } from '../describe-value.ts';
import { FormatFollower } from './format-follower.ts';
import type { PcmFields } from './pcm-init.ts';
import { sampleBytes, samplesFromBytes } from './samples.ts';

/** The working of `PcmData.fromStream`, which tells it what a `PcmData` is. */
export async function* readPcmStream<Pcm extends PcmFields & AudioFormat>(
  source: AsyncIterable<Uint8Array | Pcm>,
  format: AudioFormat,
  isPcm: (value: unknown) => value is Pcm,
): AsyncGenerator<Pcm | PcmFields, void, void> {
  const framer = new ByteFramer(format);
  const follower = new FormatFollower(format);
  for await (const item of source) {
    if (isPcm(item)) {
      yield* nonEmpty(follower.push(item));
    } else if (types.isUint8Array(item)) {
      yield* nonEmpty(follower.flush());
      yield* nonEmpty(framer.push(item));
    } else {
      throw new TypeError(
        `an audio stream yields Uint8Array or PcmData, got ${describeValue(item)}`,
      );
    }
  }
  yield* nonEmpty(follower.flush());
}

function* nonEmpty<Pcm extends PcmFields>(pcm: Pcm | undefined): Generator<Pcm, void, void> {
  if (pcm !== undefined && pcm.samples.length > 0) yield pcm;
}

/** Makes whole frames of bytes that may be cut anywhere. */
export class ByteFramer {
  readonly #format: AudioFormat;
  readonly #frameBytes: number;
  #carry: Uint8Array = new Uint8Array(0);

  constructor(format: AudioFormat) {
    this.#format = { ...format };
    this.#frameBytes = format.channels * sampleBytes(format.format);
  }

  /** Bytes of a frame that is not complete yet. */
  get carriedBytes(): number {
    return this.#carry.length;
  }

  push(bytes: Uint8Array): PcmFields {
    const joined = this.#carry.length === 0 ? bytes : Buffer.concat([this.#carry, bytes]);
    const whole = joined.length - (joined.length % this.#frameBytes);
    // A copy, because a source may reuse its buffer.
    this.#carry = new Uint8Array(joined.subarray(whole));
    const { sampleRate, channels } = this.#format;
    const samples = samplesFromBytes(joined, this.#format);
    return { samples, sampleRate, channels, participant: undefined, timestampMs: undefined };
  }
}
