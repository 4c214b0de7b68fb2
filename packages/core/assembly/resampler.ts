/**
 * The inner loops of the resampler, in AssemblyScript: four 32-bit floats at a time.
 *
 * The host lays out the memory and passes addresses; nothing is allocated here. Loops work in whole vectors, so they
 * read and write up to 7 frames past the end of a block: the host leaves that much room behind each.
 *
 * Every output is summed in the same order whichever loop computes it, so that the cut of the input changes no bit.
 */

/** 16-bit full scale, as in convert-samples.ts. */
const fullScale: f32 = 32768;
/** Inaudible by far. What is smaller leads to denormal numbers, which take three times as long to filter. */
const smallest: f32 = 1e-18;
const largest: f32 = f32.MAX_VALUE;

/**
 * Spreads interleaved 16-bit frames onto a plane of floats, full scale being 1.
 *
 * @param source the first sample that is wanted
 * @param channels from a sample to the same channel of the next frame
 * @param mixed how many neighbouring channels are taken to their mean
 */
export function readInt16(
  source: usize,
  channels: i32,
  mixed: i32,
  plane: usize,
  frames: i32,
): void {
  const scale: f32 = 1 / (fullScale * <f32>mixed);
  const scales = f32x4.splat(scale);
  const end = plane + ((<usize>frames) << 2);
  if (channels == 1) {
    for (; plane < end; plane += 16, source += 8) {
      const four = v128.load_ext<i16>(source);
      v128.store(plane, f32x4.mul(f32x4.convert_i32x4_s(four), scales));
    }
  } else if (channels == 2 && mixed == 2) {
    for (; plane < end; plane += 16, source += 16) {
      const sums = i32x4.extadd_pairwise_i16x8_s(v128.load(source));
      v128.store(plane, f32x4.mul(f32x4.convert_i32x4_s(sums), scales));
    }
  } else {
    const step = (<usize>channels) << 1;
    for (; plane < end; plane += 4, source += step) {
      let sum: i32 = load<i16>(source);
      for (let channel = 1; channel < mixed; channel++) {
        sum += load<i16>(source + ((<usize>channel) << 1));
      }
      store<f32>(plane, <f32>sum * scale);
    }
  }
}

/** As `readInt16`, for floats. What is not finite counts as 0, since a filter would smear it. */
export function readFloat32(
  source: usize,
  channels: i32,
  mixed: i32,
  plane: usize,
  frames: i32,
): void {
  const scales = f32x4.splat(<f32>1 / <f32>mixed);
  const end = plane + ((<usize>frames) << 2);
  if (channels == 1) {
    for (; plane < end; plane += 16, source += 16) {
      v128.store(plane, audible(v128.load(source)));
    }
  } else if (channels == 2 && mixed == 2) {
    for (; plane < end; plane += 16, source += 32) {
      const a = v128.load(source);
      const b = v128.load(source, 16);
      const left = v128.shuffle<f32>(a, b, 0, 2, 4, 6);
      const right = v128.shuffle<f32>(a, b, 1, 3, 5, 7);
      v128.store(plane, f32x4.mul(audible(f32x4.add(left, right)), scales));
    }
  } else {
    const step = (<usize>channels) << 2;
    for (; plane < end; plane += 4, source += step) {
      let sum = load<f32>(source);
      for (let channel = 1; channel < mixed; channel++) {
        sum += load<f32>(source + ((<usize>channel) << 2));
      }
      const mean = f32x4.mul(audible(f32x4.splat(sum)), scales);
      store<f32>(plane, f32x4.extract_lane(mean, 0));
    }
  }
}

/**
 * Computes outputs from a plane of frames.
 *
 * @param first frame in the reach of the first output
 * @param rows of taps, one of `rowLength`, a multiple of 8, for each of the `to` phases
 * @param phase of the first output
 */
export function filter(
  plane: usize,
  first: i32,
  rows: usize,
  rowLength: i32,
  from: i32,
  to: i32,
  phase: i32,
  output: usize,
  count: i32,
): void {
  const wholeStep = from / to;
  const phaseStep = from % to;
  const rowBytes = (<usize>rowLength) << 2;
  const stride = (<usize>from) << 2;
  const classes = min(to, count);
  // All outputs of one phase, which are `to` apart and `from` frames of input, share a row of taps.
  for (let start = 0; start < classes; start++) {
    const row = rows + <usize>phase * rowBytes;
    let input = plane + ((<usize>first) << 2);
    let m = start;
    for (; m + 3 * to < count; m += 4 * to, input += 4 * stride) {
      const sums = dot4(input, stride, row, rowBytes);
      const target = output + ((<usize>m) << 2);
      if (to == 1) {
        v128.store(target, sums);
      } else {
        const apart = (<usize>to) << 2;
        v128.store_lane<f32>(target, sums, 0);
        v128.store_lane<f32>(target + apart, sums, 1);
        v128.store_lane<f32>(target + 2 * apart, sums, 2);
        v128.store_lane<f32>(target + 3 * apart, sums, 3);
      }
    }
    for (; m + to < count; m += 2 * to, input += 2 * stride) {
      const sums = dot2(input, stride, row, rowBytes);
      v128.store_lane<f32>(output + ((<usize>m) << 2), sums, 0);
      v128.store_lane<f32>(output + ((<usize>(m + to)) << 2), sums, 1);
    }
    if (m < count) {
      v128.store_lane<f32>(output + ((<usize>m) << 2), dot1(input, row, rowBytes), 0);
    }
    first += wholeStep;
    phase += phaseStep;
    if (phase >= to) {
      phase -= to;
      first += 1;
    }
  }
}

/** Rounds a plane to 16 bits, clipped, into every `channels`-th sample from `target` on. */
export function writeInt16(plane: usize, target: usize, channels: i32, frames: i32): void {
  const end = plane + ((<usize>frames) << 2);
  if (channels == 1) {
    for (; plane < end; plane += 32, target += 16) {
      v128.store(
        target,
        i16x8.narrow_i32x4_s(rounded(v128.load(plane)), rounded(v128.load(plane, 16))),
      );
    }
    return;
  }
  const step = (<usize>channels) << 1;
  for (; plane < end; plane += 16, target += 4 * step) {
    const four = rounded(v128.load(plane));
    const clipped = i16x8.narrow_i32x4_s(four, four);
    v128.store_lane<i16>(target, clipped, 0);
    v128.store_lane<i16>(target + step, clipped, 1);
    v128.store_lane<i16>(target + 2 * step, clipped, 2);
    v128.store_lane<i16>(target + 3 * step, clipped, 3);
  }
}

/** Copies a plane into every `channels`-th sample from `target` on. */
export function writeFloat32(plane: usize, target: usize, channels: i32, frames: i32): void {
  const end = plane + ((<usize>frames) << 2);
  const step = (<usize>channels) << 2;
  for (; plane < end; plane += 4, target += step) store<f32>(target, load<f32>(plane));
}

/** 0 in the place of what is not finite or too small. */
function audible(samples: v128): v128 {
  const size = f32x4.abs(samples);
  const isFinite = f32x4.le(size, f32x4.splat(largest));
  return v128.and(samples, v128.and(isFinite, f32x4.ge(size, f32x4.splat(smallest))));
}

function rounded(samples: v128): v128 {
  return i32x4.trunc_sat_f32x4_s(f32x4.nearest(f32x4.mul(samples, f32x4.splat(fullScale))));
}

/** Four outputs that share a row, with their input `stride` bytes apart. */
function dot4(input: usize, stride: usize, row: usize, rowBytes: usize): v128 {
  let x0 = input;
  let x1 = x0 + stride;
  let x2 = x1 + stride;
  let x3 = x2 + stride;
  // Two sums for each output, and four outputs, so that an addition need not wait for the one before it.
  let a0 = f32x4.splat(0);
  let a1 = f32x4.splat(0);
  let b0 = f32x4.splat(0);
  let b1 = f32x4.splat(0);
  let c0 = f32x4.splat(0);
  let c1 = f32x4.splat(0);
  let d0 = f32x4.splat(0);
  let d1 = f32x4.splat(0);
  for (const end = row + rowBytes; row < end; row += 32) {
    const h0 = v128.load(row);
    const h1 = v128.load(row, 16);
    a0 = f32x4.add(a0, f32x4.mul(h0, v128.load(x0)));
    b0 = f32x4.add(b0, f32x4.mul(h0, v128.load(x1)));
    c0 = f32x4.add(c0, f32x4.mul(h0, v128.load(x2)));
    d0 = f32x4.add(d0, f32x4.mul(h0, v128.load(x3)));
    a1 = f32x4.add(a1, f32x4.mul(h1, v128.load(x0, 16)));
    b1 = f32x4.add(b1, f32x4.mul(h1, v128.load(x1, 16)));
    c1 = f32x4.add(c1, f32x4.mul(h1, v128.load(x2, 16)));
    d1 = f32x4.add(d1, f32x4.mul(h1, v128.load(x3, 16)));
    x0 += 32;
    x1 += 32;
    x2 += 32;
    x3 += 32;
  }
  const ab = halves(f32x4.add(a0, a1), f32x4.add(b0, b1));
  const cd = halves(f32x4.add(c0, c1), f32x4.add(d0, d1));
  return f32x4.add(v128.shuffle<f32>(ab, cd, 0, 1, 4, 5), v128.shuffle<f32>(ab, cd, 2, 3, 6, 7));
}

/** Two outputs, in the first two lanes. */
function dot2(input: usize, stride: usize, row: usize, rowBytes: usize): v128 {
  let x0 = input;
  let x1 = x0 + stride;
  let a0 = f32x4.splat(0);
  let a1 = f32x4.splat(0);
  let b0 = f32x4.splat(0);
  let b1 = f32x4.splat(0);
  for (const end = row + rowBytes; row < end; row += 32) {
    const h0 = v128.load(row);
    const h1 = v128.load(row, 16);
    a0 = f32x4.add(a0, f32x4.mul(h0, v128.load(x0)));
    b0 = f32x4.add(b0, f32x4.mul(h0, v128.load(x1)));
    a1 = f32x4.add(a1, f32x4.mul(h1, v128.load(x0, 16)));
    b1 = f32x4.add(b1, f32x4.mul(h1, v128.load(x1, 16)));
    x0 += 32;
    x1 += 32;
  }
  const ab = halves(f32x4.add(a0, a1), f32x4.add(b0, b1));
  return f32x4.add(ab, v128.shuffle<f32>(ab, ab, 2, 3, 2, 3));
}

/** One output, in the first lane. */
function dot1(input: usize, row: usize, rowBytes: usize): v128 {
  let a0 = f32x4.splat(0);
  let a1 = f32x4.splat(0);
  for (const end = row + rowBytes; row < end; row += 32, input += 32) {
    a0 = f32x4.add(a0, f32x4.mul(v128.load(row), v128.load(input)));
    a1 = f32x4.add(a1, f32x4.mul(v128.load(row, 16), v128.load(input, 16)));
  }
  const a = f32x4.add(a0, a1);
  const ab = halves(a, a);
  return f32x4.add(ab, v128.shuffle<f32>(ab, ab, 2, 3, 2, 3));
}

/** `a0+a2 b0+b2 a1+a3 b1+b3` */
function halves(a: v128, b: v128): v128 {
  return f32x4.add(v128.shuffle<f32>(a, b, 0, 4, 1, 5), v128.shuffle<f32>(a, b, 2, 6, 3, 7));
}
