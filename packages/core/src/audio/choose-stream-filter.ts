import type { RateRatio } from './rate-ratio.ts';
import { ScalarStreamFilter } from './scalar-stream-filter.ts';
import type { StreamFilter } from './stream-filter.ts';
import { wasmKernel } from './wasm-kernel.ts';
import { WasmStreamFilter } from './wasm-stream-filter.ts';

/** WebAssembly where the runtime has its SIMD and the kernel has room, else TypeScript. */
export function chooseStreamFilter(
  ratio: RateRatio,
  channels: { from: number; to: number },
): StreamFilter {
  const kernel = WasmStreamFilter.supports(ratio, channels) ? wasmKernel() : undefined;
  return kernel === undefined
    ? new ScalarStreamFilter(ratio, channels)
    : new WasmStreamFilter(kernel, ratio, channels);
}
