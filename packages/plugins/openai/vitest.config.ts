import { defineConfig } from 'vitest/config';

export default defineConfig({
  // The contracts have bounds on time: one file after the other.
  test: { fileParallelism: false },
});
