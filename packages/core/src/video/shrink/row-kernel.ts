import type { ShrinkPlan } from './shrink-plan.ts';

export type Plane = 'y' | 'u' | 'v';

/** Makes an RGB picture row by row. In WebAssembly or in TypeScript: both give the same bytes. */
export interface RowKernel {
  /** Gets ready for frames of these sizes. */
  begin(plan: ShrinkPlan): void;
  /**
   * Makes one row of a plane.
   *
   * @param data of the frame
   * @param start where the plane begins in it
   * @param row of the smaller plane
   */
  shrink(plane: Plane, data: Uint8Array, start: number, row: number): void;
  /** Writes the RGB of the last rows of all planes to `target`, from `at` on. */
  convert(target: Uint8Array, at: number): void;
}
