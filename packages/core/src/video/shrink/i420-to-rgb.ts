import { i420Layout } from '../i420-layout.ts';
import type { RowKernel } from './row-kernel.ts';
import { ScalarRowKernel } from './scalar-row-kernel.ts';
import { shrinkPlan, type FrameSize, type ShrinkPlan } from './shrink-plan.ts';
import { WasmRowKernel, wasmRowKernel } from './wasm-row-kernel.ts';

/** Chooses WebAssembly where the runtime has its SIMD and the frame fits, else TypeScript. */
export function chooseRowKernel(plan: ShrinkPlan): RowKernel {
  const kernel = WasmRowKernel.supports(plan) ? wasmRowKernel() : undefined;
  return kernel ?? new ScalarRowKernel();
}

/**
 * The picture of an I420 frame (BT.601, limited range) in another size, as three bytes a pixel: each pixel is the mean
 * of what it covers, of which the planes are taken before they become colours.
 *
 * @param data as `i420Layout` of `from` says
 * @param to at most as wide and as high as `from`
 */
export function i420ToRgb(
  data: Uint8Array,
  from: FrameSize,
  to: FrameSize,
  choose: (plan: ShrinkPlan) => RowKernel = chooseRowKernel,
): Uint8Array<ArrayBuffer> {
  const plan = shrinkPlan(from, to);
  const kernel = choose(plan);
  const { u, v } = i420Layout(from.width, from.height);
  const rgb = new Uint8Array(3 * to.width * to.height);
  kernel.begin(plan);
  for (let row = 0; row < to.height; row++) {
    kernel.shrink('y', data, 0, row);
    if (row % 2 === 0) {
      kernel.shrink('u', data, u, row >> 1);
      kernel.shrink('v', data, v, row >> 1);
    }
    kernel.convert(rgb, 3 * to.width * row);
  }
  return rgb;
}
