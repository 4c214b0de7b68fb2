import { median } from './median.ts';
import type { Batch } from './candidate.ts';

const warmUpMs = 250;
const measureMs = 350;

/** Microseconds an item takes: the median of all batches after a warm-up. */
export async function measure(batch: Batch): Promise<number> {
  if (batch.runs !== undefined) return measureRuns(batch, batch.runs);
  await repeat(batch, warmUpMs);
  return median(await repeat(batch, measureMs));
}

async function repeat(batch: Batch, durationMs: number): Promise<number[]> {
  const timesUs: number[] = [];
  const endMs = performance.now() + durationMs;
  while (performance.now() < endMs) {
    const startMs = performance.now();
    const running = batch.run();
    if (running !== undefined) await running;
    timesUs.push(((performance.now() - startMs) * 1000) / batch.items);
  }
  return timesUs;
}

/** The first run is the warm-up: it fills the caches of the disk and of compiled code. */
async function measureRuns(batch: Batch, runs: number): Promise<number> {
  const timesUs: number[] = [];
  for (let index = 0; index <= runs; index++) {
    const startMs = performance.now();
    await batch.run();
    timesUs.push(((performance.now() - startMs) * 1000) / batch.items);
    await batch.after?.();
  }
  await batch.end?.();
  return median(timesUs.slice(1));
}
