/** All that is tested of resampling, where WebAssembly has no SIMD. */
import { expect, it, vi } from 'vitest';
import { wasmKernel } from './wasm-kernel.ts';

vi.stubGlobal('WebAssembly', { validate: () => false });

it('needs no WebAssembly', () => {
  expect(wasmKernel()).toBeUndefined();
});

await import('./format-converter.test.ts');
await import('./resample-quality.test.ts');
await import('./resampler.test.ts');
