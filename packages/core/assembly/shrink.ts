/**
 * The inner loops that make a smaller RGB picture of an I420 frame, in AssemblyScript: one row at a time.
 *
 * The host lays out the memory and passes addresses; nothing is allocated here. Loops work in whole vectors, so they
 * read and write past the end of a row: the host leaves 64 bytes behind each. All arithmetic is in integers, as in
 * scalar-row-kernel.ts, bit by bit.
 */

/** Weights of rows sum up to 2^7, those of columns to 2^14. */
const weightBits = 21;

/** Samples are taken times 2^7 and factors in steps of 2^-13, so that a product's upper half is in steps of 2^-5. */
const sampleBits = 7;
const colorBits = 5;
const halfColor: i16 = 16;

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
    const y0 = scaled(i16x8.extend_low_i8x16_u(luma), black, 9539);
    const y1 = scaled(i16x8.extend_high_i8x16_u(luma), black, 9539);
    const us = i16x8.extend_low_i8x16_u(v128.load_zero<u64>(u));
    const vs = i16x8.extend_low_i8x16_u(v128.load_zero<u64>(v));
    const red = color(y0, y1, scaled(vs, grey, 13075));
    const green = color(y0, y1, i16x8.add(scaled(us, grey, -3209), scaled(vs, grey, -6660)));
    const blue = color(y0, y1, scaled(us, grey, 16525));
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

/** The difference to `zero`, times the factor. */
function scaled(samples: v128, zero: v128, factor: i16): v128 {
  const differences = i16x8.shl(i16x8.sub(samples, zero), sampleBits);
  return i16x8.q15mulr_sat_s(differences, i16x8.splat(factor));
}

/** One colour of sixteen pixels, of which two at a time share their chroma. */
function color(y0: v128, y1: v128, chroma: v128): v128 {
  const half = i16x8.splat(halfColor);
  const shared = i16x8.add(chroma, half);
  const c0 = v128.shuffle<i16>(shared, shared, 0, 0, 1, 1, 2, 2, 3, 3);
  const c1 = v128.shuffle<i16>(shared, shared, 4, 4, 5, 5, 6, 6, 7, 7);
  return i8x16.narrow_i16x8_u(
    i16x8.shr_s(i16x8.add(y0, c0), colorBits),
    i16x8.shr_s(i16x8.add(y1, c1), colorBits),
  );
}
