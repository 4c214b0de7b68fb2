import { defineConfig } from 'vitest/config';

export default defineConfig({
  // A bound for what hangs, not a measure: all packages are tested side by side.
  test: { testTimeout: 30_000, hookTimeout: 30_000 },
});
