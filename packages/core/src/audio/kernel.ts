/** Zero crossings to each side of the centre: 48 lobes, a delay of 24 frames at the lower of the two rates. */
export const halfLobes = 24;

/** Side lobes below -94 dB, by Kaiser's β = 0.1102 (A - 8.7). */
const beta = 9.5;

/** Where the low-pass has fallen to half, as a share of the lower Nyquist frequency. */
const cutoff = 0.94;

const besselAtBeta = besselI0(beta);

/**
 * The low-pass that all resampling uses: a sinc under a Kaiser window, with `x` in frames of the lower rate.
 * 0 from `halfLobes` on.
 *
 * J. F. Kaiser and R. W. Schafer, "On the use of the I0-sinh window for spectrum analysis", IEEE Trans. ASSP 28 (1980);
 * A. V. Oppenheim and R. W. Schafer, "Discrete-Time Signal Processing", 7.5.3.
 */
export function kernel(x: number): number {
  const position = x / halfLobes;
  if (position <= -1 || position >= 1) return 0;
  const phase = Math.PI * cutoff * x;
  const sinc = phase === 0 ? 1 : Math.sin(phase) / phase;
  return (cutoff * sinc * besselI0(beta * Math.sqrt(1 - position * position))) / besselAtBeta;
}

/** Modified Bessel function of the first kind, order 0, by its power series. */
function besselI0(x: number): number {
  const quarter = (x * x) / 4;
  let term = 1;
  let sum = 1;
  for (let k = 1; term > sum * Number.EPSILON; k++) {
    term *= quarter / (k * k);
    sum += term;
  }
  return sum;
}
