import { instantiateWasm, pageBytes, type WasmMemory } from '../wasm/instantiate.ts';
import { resamplerWasm } from './resampler-wasm.ts';
import { scratchBytes } from './wasm-layout.ts';

/** What assembly/resampler.ts exports. Addresses are bytes in its memory. */
interface KernelExports {
  readonly memory: WasmMemory;
  readInt16(source: number, channels: number, mixed: number, plane: number, frames: number): void;
  readFloat32(source: number, channels: number, mixed: number, plane: number, frames: number): void;
  filter(
    plane: number,
    first: number,
    rows: number,
    rowLength: number,
    from: number,
    to: number,
    phase: number,
    output: number,
    count: number,
  ): void;
  writeInt16(plane: number, target: number, channels: number, frames: number): void;
  writeFloat32(plane: number, target: number, channels: number, frames: number): void;
}

/** Of all tables together, 4 MiB; when it is full, they are laid anew as they are used. */
const mostTableBytes = 64 * pageBytes;

/** Taps in the memory of the kernel. */
export interface PlacedTaps {
  readonly taps: Float32Array;
  address: number;
  /** The generation of tables in which `address` holds. */
  generation: number;
}

/** The one instance that all streams of the process share: scratch memory for one block, then the tables of taps. */
export class WasmKernel {
  readonly run: Omit<KernelExports, 'memory'>;
  /** All of the memory; `place` may replace it. */
  int16: Int16Array;
  float32: Float32Array;
  readonly #memory: KernelExports['memory'];
  #generation = 1;
  #tableBytes = 0;

  constructor(exports: KernelExports) {
    this.run = exports;
    this.#memory = exports.memory;
    this.#memory.grow(Math.ceil(scratchBytes / pageBytes));
    this.int16 = new Int16Array(this.#memory.buffer);
    this.float32 = new Float32Array(this.#memory.buffer);
  }

  /** The address of the taps. They stay there until the memory for tables is full. */
  place(placed: PlacedTaps): number {
    if (placed.generation === this.#generation) return placed.address;
    const { taps } = placed;
    if (this.#tableBytes + taps.byteLength > mostTableBytes) {
      this.#generation += 1;
      this.#tableBytes = 0;
    }
    placed.address = scratchBytes + this.#tableBytes;
    placed.generation = this.#generation;
    this.#tableBytes += taps.byteLength;
    this.#reserve(placed.address + taps.byteLength);
    this.float32.set(taps, placed.address / Float32Array.BYTES_PER_ELEMENT);
    return placed.address;
  }

  #reserve(bytes: number): void {
    const missing = bytes - this.int16.byteLength;
    if (missing <= 0) return;
    this.#memory.grow(Math.ceil(missing / pageBytes));
    this.int16 = new Int16Array(this.#memory.buffer);
    this.float32 = new Float32Array(this.#memory.buffer);
  }
}

let shared: WasmKernel | undefined;
let tried = false;

/** Compiled when first asked for, which takes about a millisecond. Undefined where WebAssembly or its SIMD is missing. */
export function wasmKernel(): WasmKernel | undefined {
  if (!tried) {
    const exports = instantiateWasm<KernelExports>(resamplerWasm);
    shared = exports && new WasmKernel(exports);
  }
  tried = true;
  return shared;
}
