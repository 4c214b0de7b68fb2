import type { AnalysisSignal } from './analysis-signal.ts';

/** A recording's sound at the analysis samples and half way between them, since a stream's samples fall anywhere. */
export interface ReferenceSound {
  readonly at: AnalysisSignal;
  readonly between: AnalysisSignal;
}

/** A stretch of samples in the reference and one of the same length in the received signal. */
export interface Comparison {
  readonly reference: ReferenceSound;
  readonly referenceStart: number;
  readonly signal: AnalysisSignal;
  readonly signalStart: number;
  readonly length: number;
}

/** The normalised cross-correlation of the two, -1..1; 0 where one of them is silent. */
export function correlation(comparison: Comparison): number {
  const { reference } = comparison;
  return Math.max(correlate(reference.at, comparison), correlate(reference.between, comparison));
}

function correlate(reference: AnalysisSignal, comparison: Comparison): number {
  const { referenceStart, signal, signalStart, length } = comparison;
  const energy =
    reference.energy(referenceStart, referenceStart + length) *
    signal.energy(signalStart, signalStart + length);
  if (!(energy > 0)) return 0;
  const a = reference.view(referenceStart);
  const b = signal.view(signalStart);
  let sum = 0;
  for (let offset = 0; offset < length; offset += 1) {
    sum += (a.samples[a.index + offset] ?? 0) * (b.samples[b.index + offset] ?? 0);
  }
  return sum / Math.sqrt(energy);
}
