import { types } from 'node:util';
import { planeCount } from './convert-samples.ts';
import { filterRows, hasRows } from './filter-rows.ts';
import type { RateRatio } from './rate-ratio.ts';
import { RatioCache } from './ratio-cache.ts';
import type { FilterInput, FilterOutput, StreamFilter } from './stream-filter.ts';
import type { PlacedTaps, WasmKernel } from './wasm-kernel.ts';
import {
  filteredAt,
  inputAt,
  mostChannels,
  mostTaps,
  outputAt,
  planeLength,
  planesAt,
  runFrames,
} from './wasm-layout.ts';

/** Taps are summed in so many lanes, so a row is a multiple of them. */
const lanes = 8;

const floatBytes = Float32Array.BYTES_PER_ELEMENT;

interface KernelRows extends PlacedTaps {
  readonly rowLength: number;
}

const tables = new RatioCache<KernelRows>((ratio) => {
  const { rowLength, taps } = filterRows(ratio, lanes);
  return { rowLength, taps: Float32Array.from(taps), address: 0, generation: 0 };
});

/** In 32-bit floats, four at a time, by the WebAssembly kernel. */
export class WasmStreamFilter implements StreamFilter {
  readonly #kernel: WasmKernel;
  readonly #ratio: RateRatio;
  readonly #channels: { from: number; to: number };
  readonly #rows: KernelRows;
  /** The input that is kept, of each channel that is kept apart. All else is in the memory that streams share. */
  readonly #histories: readonly Float32Array[];

  static supports(ratio: RateRatio, { from, to }: { from: number; to: number }): boolean {
    return hasRows(ratio) && ratio.taps <= mostTaps && from <= mostChannels && to <= mostChannels;
  }

  constructor(kernel: WasmKernel, ratio: RateRatio, channels: { from: number; to: number }) {
    this.#kernel = kernel;
    this.#ratio = ratio;
    this.#channels = channels;
    this.#rows = tables.get(ratio);
    this.#histories = Array.from(
      { length: planeCount(channels.from, channels.to) },
      () => new Float32Array(ratio.taps),
    );
  }

  advance(input: FilterInput, lead: number, output: FilterOutput): void {
    const rows = this.#kernel.place(this.#rows);
    this.#read(input);
    const { from, to, taps } = this.#ratio;
    const position = (taps + input.frames) * to + lead;
    for (let done = 0; done < output.frames; done += runFrames) {
      this.#compute(rows, position + done * from, {
        samples: output.samples,
        firstFrame: output.firstFrame + done,
        frames: Math.min(runFrames, output.frames - done),
      });
    }
    this.#keep(input.frames);
  }

  reset(): void {
    for (const history of this.#histories) history.fill(0);
  }

  /** Lays planes: what is kept, then the input. */
  #read({ samples, firstFrame, frames }: FilterInput): void {
    const { int16, float32, run } = this.#kernel;
    const channels = this.#channels.from;
    const isInt16 = types.isInt16Array(samples);
    if (samples !== undefined) {
      const start = firstFrame * channels;
      const length = frames * channels;
      const block = samples.length === length ? samples : samples.subarray(start, start + length);
      if (isInt16) int16.set(block, 2 * inputAt);
      else float32.set(block, inputAt);
    }
    const mixed = this.#histories.length === 1 ? channels : 1;
    let source = inputAt * floatBytes;
    let plane = planesAt;
    for (const history of this.#histories) {
      float32.set(history, plane);
      const begin = plane + history.length;
      if (samples === undefined) float32.fill(0, begin, begin + frames);
      else if (isInt16) run.readInt16(source, channels, mixed, begin * floatBytes, frames);
      else run.readFloat32(source, channels, mixed, begin * floatBytes, frames);
      source += samples?.BYTES_PER_ELEMENT ?? 0;
      plane += planeLength;
    }
  }

  /**
   * @param rows address of the taps
   * @param position of the first output in the planes, in `1 / ratio.to` input frames
   */
  #compute(rows: number, position: number, { samples, firstFrame, frames }: FilterOutput): void {
    const { int16, float32, run } = this.#kernel;
    const { from, to, reach } = this.#ratio;
    const before = Math.floor((position - reach) / to);
    const phase = position - reach - before * to;
    const channels = this.#channels.to;
    const isInt16 = types.isInt16Array(samples);
    const filtered = filteredAt * floatBytes;
    let plane = planesAt * floatBytes;
    let target = outputAt * floatBytes;
    for (let channel = 0; channel < channels; channel++) {
      // A single plane goes to every channel.
      if (channel < this.#histories.length) {
        run.filter(
          plane,
          before + 1,
          rows,
          this.#rows.rowLength,
          from,
          to,
          phase,
          filtered,
          frames,
        );
      }
      if (isInt16) run.writeInt16(filtered, target, channels, frames);
      else run.writeFloat32(filtered, target, channels, frames);
      plane += planeLength * floatBytes;
      target += samples.BYTES_PER_ELEMENT;
    }
    const start = firstFrame * channels;
    const length = frames * channels;
    if (isInt16) samples.set(int16.subarray(2 * outputAt, 2 * outputAt + length), start);
    else samples.set(float32.subarray(outputAt, outputAt + length), start);
  }

  #keep(frames: number): void {
    const { float32 } = this.#kernel;
    let plane = planesAt;
    for (const history of this.#histories) {
      history.set(float32.subarray(plane + frames, plane + frames + history.length));
      plane += planeLength;
    }
  }
}
