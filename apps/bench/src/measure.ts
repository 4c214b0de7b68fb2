import { median } from './median.ts';
import type { Batch } from './candidate.ts';

const warmUpMs = 250;
const measureMs = 350;

/** Microseconds an item takes: the median of all batches after a warm-up. */
export async function measure(batch: Batch): Promise<number> {
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
