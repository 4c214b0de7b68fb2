import { defineConfig } from 'vitest/config';

export default defineConfig({
  // The rules wait more than they work. The time is a bound for what hangs, not a measure.
  test: { maxConcurrency: 12, testTimeout: 30_000, hookTimeout: 30_000 },
});
