import type { AreaAxis } from './area-axis.ts';
import type { Plane, RowKernel } from './row-kernel.ts';
import { weightBits, type PlanePlan, type ShrinkPlan } from './shrink-plan.ts';

const colorBits = 5;
const half = 1 << (colorBits - 1);

/** In TypeScript, for where WebAssembly is missing, and to check it by. */
export class ScalarRowKernel implements RowKernel {
  #plan: ShrinkPlan | undefined;
  #sums = new Int32Array(0);
  #rows: Record<Plane, Uint8Array> = noRows();

  begin(plan: ShrinkPlan): void {
    if (this.#plan === plan) return;
    const { luma, chroma } = plan;
    this.#plan = plan;
    this.#sums = new Int32Array(luma.columns.from);
    this.#rows = {
      y: new Uint8Array(luma.columns.to),
      u: new Uint8Array(chroma.columns.to),
      v: new Uint8Array(chroma.columns.to),
    };
  }

  shrink(plane: Plane, data: Uint8Array, start: number, row: number): void {
    const plan = plane === 'y' ? this.#plan?.luma : this.#plan?.chroma;
    if (plan === undefined) return;
    this.#blend(plan, data, start, row);
    cut(this.#sums, plan.columns, this.#rows[plane]);
  }

  convert(target: Uint8Array, at: number): void {
    const { y, u, v } = this.#rows;
    for (let x = 0; x < y.length; x++) {
      const luma = scaled(y[x] ?? 0, 16, 9539) + half;
      const blue = u[x >> 1] ?? 0;
      const red = v[x >> 1] ?? 0;
      const green = scaled(blue, 128, -3209) + scaled(red, 128, -6660);
      target[at + 3 * x] = clipped((luma + scaled(red, 128, 13_075)) >> colorBits);
      target[at + 3 * x + 1] = clipped((luma + green) >> colorBits);
      target[at + 3 * x + 2] = clipped((luma + scaled(blue, 128, 16_525)) >> colorBits);
    }
  }

  /** The weighted sum of the rows that a row covers. */
  #blend({ rows, columns }: PlanePlan, data: Uint8Array, start: number, row: number): void {
    const width = columns.from;
    const sums = this.#sums;
    sums.fill(0, 0, width);
    for (let index = 0; index < (rows.count[row] ?? 0); index++) {
      const weight = rows.weights[row * rows.most + index] ?? 0;
      const line = start + ((rows.first[row] ?? 0) + index) * width;
      for (let x = 0; x < width; x++) sums[x] = (sums[x] ?? 0) + weight * (data[line + x] ?? 0);
    }
  }
}

function cut(sums: Int32Array, columns: AreaAxis, target: Uint8Array): void {
  const { first, count, most, weights, to } = columns;
  for (let output = 0; output < to; output++) {
    const start = first[output] ?? 0;
    let sum = 1 << (weightBits - 1);
    for (let index = 0; index < (count[output] ?? 0); index++)
      sum += (sums[start + index] ?? 0) * (weights[output * most + index] ?? 0);
    target[output] = sum >> weightBits;
  }
}

/** As the instruction that multiplies 16 bit by 16 bit and keeps the upper half, rounded. */
function scaled(sample: number, zero: number, factor: number): number {
  return (((sample - zero) << 7) * factor + 0x4000) >> 15;
}

function clipped(value: number): number {
  return Math.max(0, Math.min(255, value));
}

function noRows(): Record<Plane, Uint8Array> {
  const none = new Uint8Array(0);
  return { y: none, u: none, v: none };
}
