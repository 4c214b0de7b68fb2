import { defineConfig } from 'vitest/config';

export default defineConfig({
  // The rules wait more than they work.
  test: { maxConcurrency: 12 },
});
