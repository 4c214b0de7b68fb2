import { configDefaults, defineConfig } from 'vitest/config';

// The test against a registry needs one to fetch from, and has a command of its own: npm run test:registry.
const registry = process.env['VISION_AGENTS_REGISTRY_TEST'] === '1';

export default defineConfig({
  test: {
    include: registry ? ['test/registry.e2e.test.ts'] : ['test/**/*.test.ts', 'docs/**/*.test.ts'],
    exclude: [...configDefaults.exclude, ...(registry ? [] : ['test/registry.e2e.test.ts'])],
    // The contract of a plugin has bounds on time: one file after the other.
    fileParallelism: false,
  },
});
