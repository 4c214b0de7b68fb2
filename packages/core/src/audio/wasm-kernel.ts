import { resamplerWasm } from './resampler-wasm.ts';
import { scratchBytes } from './wasm-layout.ts';

/** What assembly/resampler.ts exports. Addresses are bytes in its memory. */
interface KernelExports {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
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

/** What we use of the platform's, which Node's types leave out; undefined where it is switched off (`--jitless`). */
declare const WebAssembly:
  | {
      validate(bytes: Uint8Array): boolean;
      readonly Module: new (bytes: Uint8Array) => object;
      readonly Instance: new (module: object) => { readonly exports: KernelExports };
    }
  | undefined;

const pageBytes = 65_536;

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
  if (!tried) shared = instantiate();
  tried = true;
  return shared;
}

function instantiate(): WasmKernel | undefined {
  if (typeof WebAssembly === 'undefined') return undefined;
  const bytes = Buffer.from(resamplerWasm, 'base64');
  if (!WebAssembly.validate(bytes)) return undefined;
  try {
    return new WasmKernel(new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports);
  } catch {
    // The host forbids compiling at run time: TypeScript does the work then.
    return undefined;
  }
}
