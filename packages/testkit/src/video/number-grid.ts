/** How a number is written into a picture: a grid of dark and bright blocks, large enough to survive a JPEG. */
export const columns = 8;
export const rows = 4;

const numberBits = 24;
export const largestNumber = 2 ** numberBits - 1;

/** 24 bits of the number and 8 that prove it, from the left of the first row to the right of the last. */
export function cellsOf(number: number): boolean[] {
  const word = number * 256 + proofOf(number);
  return Array.from(
    { length: columns * rows },
    (_, cell) => Math.floor(word / 2 ** cell) % 2 === 1,
  );
}

/** Undefined for cells that no number gives. */
export function numberOf(cells: readonly boolean[]): number | undefined {
  const word = cells.reduce((sum, bright, cell) => sum + (bright ? 2 ** cell : 0), 0);
  const number = Math.floor(word / 256);
  return word % 256 === proofOf(number) ? number : undefined;
}

/** Never such that a picture of one brightness were a number. */
function proofOf(number: number): number {
  return (Math.imul(number + 1, 0x9e3779b1) >>> 24) ^ 0x5a;
}
