import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts', 'docs/**/*.test.ts'],
    // The registry's test keeps every core busy, and the contract of a plugin has bounds on time.
    fileParallelism: false,
  },
});
