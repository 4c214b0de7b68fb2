/**
 * How samples along one side of a plane become fewer: each output is the mean of what it covers of the input, in
 * integer weights.
 */
export interface AreaAxis {
  readonly from: number;
  readonly to: number;
  /** For each output, the first input that it covers. */
  readonly first: Int32Array;
  /** For each output, how many inputs it covers. */
  readonly count: Int32Array;
  /** From the weights of one output to those of the next: the most inputs that any covers. */
  readonly most: number;
  /** Of each output they sum up to the given sum, so that an even area stays as it is. */
  readonly weights: Int16Array;
}

/** @param to at most `from` */
export function areaAxis(from: number, to: number, sum: number): AreaAxis {
  const first = new Int32Array(to);
  const count = new Int32Array(to);
  for (let output = 0; output < to; output++) {
    first[output] = Math.floor((output * from) / to);
    count[output] = Math.ceil(((output + 1) * from) / to) - (first[output] ?? 0);
  }
  const most = count.reduce((a, b) => Math.max(a, b), 0);
  const weights = new Int16Array(to * most);
  for (let output = 0; output < to; output++) {
    // In parts of an input, `to` of which make one: the output covers `from` of them.
    const begin = output * from;
    let before = 0;
    for (let index = 0; index < (count[output] ?? 0); index++) {
      const end = Math.min(((first[output] ?? 0) + index + 1) * to, begin + from);
      const upToHere = Math.round(((end - begin) * sum) / from);
      weights[output * most + index] = upToHere - before;
      before = upToHere;
    }
  }
  return { from, to, first, count, most, weights };
}
