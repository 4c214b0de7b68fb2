import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts', 'docs/**/*.test.ts'],
    // The contract of a plugin has bounds on time: one file after the other.
    fileParallelism: false,
  },
});
