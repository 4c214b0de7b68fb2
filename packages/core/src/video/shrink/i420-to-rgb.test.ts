import * as fc from 'fast-check';
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { buildWasm, shrinkModule } from '../../../scripts/build-wasm.ts';
import { i420Layout } from '../i420-layout.ts';
import { chooseRowKernel, i420ToRgb } from './i420-to-rgb.ts';
import { ScalarRowKernel } from './scalar-row-kernel.ts';
import { shrinkPlan, type FrameSize } from './shrink-plan.ts';
import { WasmRowKernel, wasmRowKernel } from './wasm-row-kernel.ts';

const scalar = () => new ScalarRowKernel();
const wasm = () => expectKernel();

function expectKernel(): WasmRowKernel {
  const kernel = wasmRowKernel();
  if (kernel === undefined) throw new Error('this runtime has no WebAssembly SIMD');
  return kernel;
}

/** Repeatable noise over the whole range of bytes. */
function noise({ width, height }: FrameSize, seed: number): Uint8Array {
  let state = seed | 1;
  return Uint8Array.from({ length: i420Layout(width, height).byteLength }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    return state >>> 24;
  });
}

/** A picture of one colour. */
function even({ width, height }: FrameSize, [y, u, v]: readonly [number, number, number]) {
  const layout = i420Layout(width, height);
  const data = new Uint8Array(layout.byteLength).fill(y, 0, layout.u);
  return data.fill(u, layout.u, layout.v).fill(v, layout.v);
}

describe.each([
  ['WebAssembly', wasm],
  ['TypeScript', scalar],
])('a smaller picture in %s', (_name, choose) => {
  it.each([
    ['black', [16, 128, 128], [0, 0, 0]],
    ['white', [235, 128, 128], [255, 255, 255]],
    ['grey', [126, 128, 128], [128, 128, 128]],
    ['red', [81, 90, 240], [254, 0, 0]],
    ['green', [145, 54, 34], [0, 255, 1]],
    ['blue', [41, 240, 110], [0, 0, 255]],
    ['darker than black', [0, 128, 128], [0, 0, 0]],
  ] as const)('keeps %s, whatever the size', (_colour, yuv, rgb) => {
    for (const [from, to] of [
      [
        { width: 7, height: 5 },
        { width: 7, height: 5 },
      ],
      [
        { width: 64, height: 48 },
        { width: 32, height: 24 },
      ],
      [
        { width: 131, height: 77 },
        { width: 50, height: 29 },
      ],
      [
        { width: 640, height: 9 },
        { width: 1, height: 1 },
      ],
    ] as const) {
      const picture = i420ToRgb(even(from, yuv), from, to, choose);
      expect(picture).toHaveLength(3 * to.width * to.height);
      for (let at = 0; at < picture.length; at += 3)
        expect([...picture.subarray(at, at + 3)]).toEqual(rgb);
    }
  });

  it('takes the mean of what a pixel covers, also of parts', () => {
    // Three columns become two: the middle one goes half to either.
    const data = Uint8Array.of(16, 116, 216, 128, 128, 128, 128);
    const picture = i420ToRgb(data, { width: 3, height: 1 }, { width: 2, height: 1 }, choose);
    const left = Math.round(((16 + 100 / 3 - 16) * 255) / 219);
    const right = Math.round(((216 - 100 / 3 - 16) * 255) / 219);
    expect(Math.abs((picture[0] ?? 0) - left)).toBeLessThanOrEqual(1);
    expect(Math.abs((picture[3] ?? 0) - right)).toBeLessThanOrEqual(1);
  });

  it('keeps the place of things', () => {
    const from = { width: 320, height: 180 };
    const data = even(from, [16, 128, 128]);
    for (let y = 90; y < 180; y++) data.fill(235, y * 320 + 160, (y + 1) * 320);
    const to = { width: 100, height: 56 };
    const picture = i420ToRgb(data, from, to, choose);
    const at = (x: number, y: number) => picture[3 * (y * 100 + x)];
    expect([at(2, 2), at(97, 2), at(2, 53), at(97, 53)]).toEqual([0, 0, 0, 255]);
  });
});

describe('WebAssembly and TypeScript', () => {
  const size = fc.record({
    width: fc.integer({ min: 1, max: 200 }),
    height: fc.integer({ min: 1, max: 60 }),
  });
  const part = fc.double({ min: 0, max: 1, noNaN: true });

  it('give the same bytes', () => {
    fc.assert(
      fc.property(size, part, part, fc.integer(), (from, across, down, seed) => {
        const to = {
          width: Math.max(1, Math.round(from.width * across)),
          height: Math.max(1, Math.round(from.height * down)),
        };
        const data = noise(from, seed);
        expect(i420ToRgb(data, from, to, wasm)).toEqual(i420ToRgb(data, from, to, scalar));
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    [
      { width: 1280, height: 720 },
      { width: 800, height: 450 },
    ],
    [
      { width: 1280, height: 720 },
      { width: 1280, height: 720 },
    ],
    [
      { width: 1921, height: 1081 },
      { width: 640, height: 360 },
    ],
  ])('give the same bytes from %j to %j', (from, to) => {
    const data = noise(from, 7);
    const [actual, expected] = [wasm, scalar].map((choose) => i420ToRgb(data, from, to, choose));
    expect(Buffer.compare(actual ?? new Uint8Array(1), expected ?? new Uint8Array(0))).toBe(0);
  });

  it('share the work: a frame that would need much memory goes to TypeScript', () => {
    const large = shrinkPlan({ width: 65_536, height: 16_384 }, { width: 16, height: 4 });
    expect(WasmRowKernel.supports(large)).toBe(false);
    expect(chooseRowKernel(large)).toBeInstanceOf(ScalarRowKernel);
    const usual = shrinkPlan({ width: 7680, height: 4320 }, { width: 800, height: 450 });
    expect(chooseRowKernel(usual)).toBeInstanceOf(WasmRowKernel);
  });

  it('is what its source compiles to', { timeout: 120_000 }, async () => {
    expect(await readFile(shrinkModule.target, 'utf8')).toBe(await buildWasm(shrinkModule));
  });
});
