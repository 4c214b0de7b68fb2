/** All that is tested of encoding, where WebAssembly has no SIMD. */
import { expect, it, vi } from 'vitest';
import { wasmRowKernel } from './shrink/wasm-row-kernel.ts';

vi.stubGlobal('WebAssembly', { validate: () => false });

it('needs no WebAssembly', () => {
  expect(wasmRowKernel()).toBeUndefined();
});

await import('./jpeg-encoder.test.ts');
