import { instantiateWasm, pageBytes, type WasmMemory } from '../../wasm/instantiate.ts';
import type { AreaAxis } from './area-axis.ts';
import type { Plane, RowKernel } from './row-kernel.ts';
import type { PlanePlan, ShrinkPlan } from './shrink-plan.ts';
import { shrinkWasm } from './shrink-wasm.ts';

/** What assembly/shrink.ts exports. Addresses are bytes in its memory. */
interface KernelExports {
  readonly memory: WasmMemory;
  blendRows(source: number, width: number, weights: number, rows: number, target: number): void;
  cutColumns(
    row: number,
    starts: number,
    taps: number,
    blocks: number,
    target: number,
    count: number,
  ): void;
  convertRow(y: number, u: number, v: number, target: number, width: number): void;
}

/** How far the kernel's loops may read and write past the end of a block. */
const overrunBytes = 64;
/** Taps of a column are summed in so many lanes. */
const lanes = 8;
/** Outputs that are computed at a time. */
const outputs = 4;

/** The memory is never given back, so a frame that would need more is left to TypeScript. 8K cut to a thumbnail fits. */
const mostBytes = 4 * 1024 * 1024;

/** Where the parts of a plane's work lie, in bytes. */
interface PlaneLayout {
  readonly plan: PlanePlan;
  readonly starts: number;
  readonly taps: number;
  readonly blocks: number;
  /** The size doesn't change, so rows are copied. */
  readonly same: boolean;
}

interface Layout {
  readonly source: number;
  readonly weights: number;
  readonly sums: number;
  readonly rows: Readonly<Record<Plane, number>>;
  readonly rgb: number;
  readonly luma: PlaneLayout;
  readonly chroma: PlaneLayout;
  readonly byteLength: number;
}

/** In WebAssembly, sixteen bytes at a time. Its memory holds what one row of a picture is made of. */
export class WasmRowKernel implements RowKernel {
  readonly #run: KernelExports;
  #bytes: Uint8Array;
  #plan: ShrinkPlan | undefined;
  #layout: Layout | undefined;

  constructor(exports: KernelExports) {
    this.#run = exports;
    this.#bytes = new Uint8Array(exports.memory.buffer);
  }

  static supports(plan: ShrinkPlan): boolean {
    return layoutOf(plan).byteLength <= mostBytes;
  }

  begin(plan: ShrinkPlan): void {
    if (this.#plan === plan) return;
    const layout = layoutOf(plan);
    const { memory } = this.#run;
    const missing = layout.byteLength - this.#bytes.length;
    if (missing > 0) memory.grow(Math.ceil(missing / pageBytes));
    this.#bytes = new Uint8Array(memory.buffer);
    for (const plane of [layout.luma, layout.chroma]) this.#layColumns(plane);
    this.#plan = plan;
    this.#layout = layout;
  }

  shrink(plane: Plane, data: Uint8Array, start: number, row: number): void {
    const layout = this.#layout;
    if (layout === undefined) return;
    const { plan, starts, taps, blocks, same } = plane === 'y' ? layout.luma : layout.chroma;
    const { rows, columns } = plan;
    const width = columns.from;
    const target = layout.rows[plane];
    const count = rows.count[row] ?? 0;
    const begin = start + (rows.first[row] ?? 0) * width;
    const lines = data.subarray(begin, begin + count * width);
    if (same) {
      this.#bytes.set(lines, target);
      return;
    }
    this.#bytes.set(lines, layout.source);
    const offset = row * rows.most;
    this.#bytes.set(rows.weights.subarray(offset, offset + count), layout.weights);
    this.#run.blendRows(layout.source, width, layout.weights, count, layout.sums);
    this.#run.cutColumns(layout.sums, starts, taps, blocks, target, columns.to);
  }

  convert(target: Uint8Array, at: number): void {
    const layout = this.#layout;
    if (layout === undefined) return;
    const { rows, rgb } = layout;
    const width = layout.luma.plan.columns.to;
    this.#run.convertRow(rows.y, rows.u, rows.v, rgb, width);
    target.set(this.#bytes.subarray(rgb, rgb + 3 * width), at);
  }

  #layColumns({ plan, starts, taps, blocks }: PlaneLayout): void {
    const { to, first, count, most, weights } = plan.columns;
    const view = new DataView(this.#bytes.buffer);
    const tapBytes = blocks * lanes * Int16Array.BYTES_PER_ELEMENT;
    this.#bytes.fill(0, starts, taps + padded(to, outputs) * tapBytes);
    for (let output = 0; output < to; output++) {
      view.setUint32(starts + 4 * output, 2 * (first[output] ?? 0), true);
      for (let index = 0; index < (count[output] ?? 0); index++)
        view.setInt16(
          taps + output * tapBytes + 2 * index,
          weights[output * most + index] ?? 0,
          true,
        );
    }
  }
}

function layoutOf(plan: ShrinkPlan): Layout {
  let used = 0;
  const take = (bytes: number): number => {
    const at = used;
    used = padded(used + bytes + overrunBytes, 16);
    return at;
  };
  const { luma, chroma } = plan;
  const layPlane = (planePlan: PlanePlan): PlaneLayout => {
    const { rows, columns } = planePlan;
    const blocks = Math.ceil(columns.most / lanes);
    const wanted = padded(columns.to, outputs);
    return {
      plan: planePlan,
      blocks,
      same: isSame(rows) && isSame(columns),
      starts: take(wanted * Uint32Array.BYTES_PER_ELEMENT),
      taps: take(wanted * blocks * lanes * Int16Array.BYTES_PER_ELEMENT),
    };
  };
  const layout = {
    source: take(mostOf(luma, chroma, ({ rows, columns }) => rows.most * columns.from)),
    weights: take(mostOf(luma, chroma, ({ rows }) => rows.most)),
    sums: take(
      // The last taps may begin at the last column.
      Int16Array.BYTES_PER_ELEMENT *
        mostOf(luma, chroma, ({ columns }) => columns.from + columns.most + lanes),
    ),
    rows: {
      y: take(luma.columns.to),
      u: take(chroma.columns.to),
      v: take(chroma.columns.to),
    },
    rgb: take(3 * luma.columns.to),
    luma: layPlane(luma),
    chroma: layPlane(chroma),
  };
  return { ...layout, byteLength: used };
}

function mostOf(a: PlanePlan, b: PlanePlan, of: (plan: PlanePlan) => number): number {
  return Math.max(of(a), of(b));
}

function isSame({ from, to }: AreaAxis): boolean {
  return from === to;
}

function padded(length: number, to: number): number {
  return Math.ceil(length / to) * to;
}

let shared: WasmRowKernel | undefined;
let tried = false;

/** Compiled when first asked for. Undefined where WebAssembly or its SIMD is missing. */
export function wasmRowKernel(): WasmRowKernel | undefined {
  if (!tried) {
    const exports = instantiateWasm<KernelExports>(shrinkWasm);
    shared = exports && new WasmRowKernel(exports);
  }
  tried = true;
  return shared;
}
