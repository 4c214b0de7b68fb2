/**
 * The inner loops that make a smaller RGB picture of an I420 frame, in AssemblyScript: one row at a time.
 *
 * The host lays out the memory and passes addresses; nothing is allocated here. Loops work in whole vectors, so they
 * read and write past the end of a row: the host leaves 64 bytes behind each. All arithmetic is in integers, as in
 * scalar-row-kernel.ts, bit by bit.
 */

/** Weights of rows sum up to 2^7, those of columns to 2^14. */
const weightBits = 21;

/** Conversion factors are in steps of 2^-13. */
const colorBits = 13;

/**
 * The weighted sum of rows.
 *
 * @param source rows of `width` bytes, one after the other
 * @param weights a byte for each row
 * @param target 16 bit for each column
 */
export function blendRows(
  source: usize,
  width: i32,
  weights: usize,
  rows: i32,
  target: usize,
): void {
  const endOfRow = source + <usize>width;
  const endOfWeights = weights + <usize>rows;
  for (; source < endOfRow; source += 16, target += 32) {
    let low = i16x8.splat(0);
    let high = i16x8.splat(0);
    let at = source;
    for (let weight = weights; weight < endOfWeights; weight++, at += <usize>width) {
      const bytes = v128.load(at);
      const factors = v128.load_splat<u8>(weight);
      low = i16x8.add(low, i16x8.extmul_low_i8x16_u(bytes, factors));
      high = i16x8.add(high, i16x8.extmul_high_i8x16_u(bytes, factors));
    }
    v128.store(target, low);
    v128.store(target, high, 16);
  }
}

/**
 * The weighted sums of columns, as bytes.
 *
 * @param starts for each output, how many bytes into the row its taps begin
 * @param taps for each output `blocks` times 8 of 16 bit
 */
export function cutColumns(
  row: usize,
  starts: usize,
  taps: usize,
  blocks: i32,
  target: usize,
  count: i32,
): void {
  const half = i32x4.splat(1 << (weightBits - 1));
  const tapBytes = (<usize>blocks) << 4;
  const end = target + <usize>count;
  for (; target < end; target += 4, starts += 16, taps += 4 * tapBytes) {
    const a = dot(row + load<u32>(starts), taps, tapBytes);
    const b = dot(row + load<u32>(starts, 4), taps + tapBytes, tapBytes);
    const c = dot(row + load<u32>(starts, 8), taps + 2 * tapBytes, tapBytes);
    const d = dot(row + load<u32>(starts, 12), taps + 3 * tapBytes, tapBytes);
    const ab = i32x4.add(v128.shuffle<i32>(a, b, 0, 4, 1, 5), v128.shuffle<i32>(a, b, 2, 6, 3, 7));
    const cd = i32x4.add(v128.shuffle<i32>(c, d, 0, 4, 1, 5), v128.shuffle<i32>(c, d, 2, 6, 3, 7));
    const sums = i32x4.add(
      v128.shuffle<i32>(ab, cd, 0, 1, 4, 5),
      v128.shuffle<i32>(ab, cd, 2, 3, 6, 7),
    );
    const rounded = i32x4.shr_s(i32x4.add(sums, half), weightBits);
    const words = i16x8.narrow_i32x4_s(rounded, rounded);
    v128.store_lane<u32>(target, i8x16.narrow_i16x8_u(words, words), 0);
  }
}

/** RGB of a row, from limited-range BT.601. The chroma rows have half of the samples. */
export function convertRow(y: usize, u: usize, v: usize, target: usize, width: i32): void {
  const end = y + <usize>width;
  const black = i16x8.splat(16);
  const grey = i16x8.splat(128);
  for (; y < end; y += 16, u += 8, v += 8, target += 48) {
    const luma = v128.load(y);
    const us = doubled(v128.load_zero<u64>(u));
    const vs = doubled(v128.load_zero<u64>(v));
    const y0 = i16x8.sub(i16x8.extend_low_i8x16_u(luma), black);
    const y1 = i16x8.sub(i16x8.extend_high_i8x16_u(luma), black);
    const u0 = i16x8.sub(i16x8.extend_low_i8x16_u(us), grey);
    const u1 = i16x8.sub(i16x8.extend_high_i8x16_u(us), grey);
    const v0 = i16x8.sub(i16x8.extend_low_i8x16_u(vs), grey);
    const v1 = i16x8.sub(i16x8.extend_high_i8x16_u(vs), grey);
    const red = i8x16.narrow_i16x8_u(
      mixed(y0, v0, v0, 9539, 13075, 0),
      mixed(y1, v1, v1, 9539, 13075, 0),
    );
    const green = i8x16.narrow_i16x8_u(
      mixed(y0, u0, v0, 9539, -3209, -6660),
      mixed(y1, u1, v1, 9539, -3209, -6660),
    );
    const blue = i8x16.narrow_i16x8_u(
      mixed(y0, u0, u0, 9539, 16525, 0),
      mixed(y1, u1, u1, 9539, 16525, 0),
    );
    const rg0 = v128.shuffle<i8>(red, green, 0, 16, 0, 1, 17, 0, 2, 18, 0, 3, 19, 0, 4, 20, 0, 5);
    const rg1 = v128.shuffle<i8>(red, green, 21, 0, 6, 22, 0, 7, 23, 0, 8, 24, 0, 9, 25, 0, 10, 26);
    const rg2 = v128.shuffle<i8>(
      red,
      green,
      0,
      11,
      27,
      0,
      12,
      28,
      0,
      13,
      29,
      0,
      14,
      30,
      0,
      15,
      31,
      0,
    );
    v128.store(
      target,
      v128.shuffle<i8>(rg0, blue, 0, 1, 16, 3, 4, 17, 6, 7, 18, 9, 10, 19, 12, 13, 20, 15),
    );
    v128.store(
      target,
      v128.shuffle<i8>(rg1, blue, 0, 21, 2, 3, 22, 5, 6, 23, 8, 9, 24, 11, 12, 25, 14, 15),
      16,
    );
    v128.store(
      target,
      v128.shuffle<i8>(rg2, blue, 26, 1, 2, 27, 4, 5, 28, 7, 8, 29, 10, 11, 30, 13, 14, 31),
      32,
    );
  }
}

function dot(row: usize, taps: usize, tapBytes: usize): v128 {
  let sum = i32x4.dot_i16x8_s(v128.load(row), v128.load(taps));
  for (let at: usize = 16; at < tapBytes; at += 16) {
    sum = i32x4.add(sum, i32x4.dot_i16x8_s(v128.load(row + at), v128.load(taps + at)));
  }
  return sum;
}

/** Eight bytes, each of them twice. */
function doubled(bytes: v128): v128 {
  return v128.shuffle<i8>(bytes, bytes, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7);
}

/** `a * factorA + b * factorB + c * factorC`, rounded to whole steps. */
function mixed(a: v128, b: v128, c: v128, factorA: i32, factorB: i32, factorC: i32): v128 {
  const half = i32x4.splat(1 << (colorBits - 1));
  const factors = i32x4.splat((factorA & 0xffff) | (factorB << 16));
  const low = v128.shuffle<i16>(a, b, 0, 8, 1, 9, 2, 10, 3, 11);
  const high = v128.shuffle<i16>(a, b, 4, 12, 5, 13, 6, 14, 7, 15);
  let sums0 = i32x4.add(i32x4.dot_i16x8_s(low, factors), half);
  let sums1 = i32x4.add(i32x4.dot_i16x8_s(high, factors), half);
  if (factorC != 0) {
    const third = i16x8.splat(<i16>factorC);
    sums0 = i32x4.add(sums0, i32x4.extmul_low_i16x8_s(c, third));
    sums1 = i32x4.add(sums1, i32x4.extmul_high_i16x8_s(c, third));
  }
  return i16x8.narrow_i32x4_s(i32x4.shr_s(sums0, colorBits), i32x4.shr_s(sums1, colorBits));
}
