import { defineConfig } from 'vitest/config';

// These tests start processes and end a run at every change of the disk: how long that takes is up to the machine.
export default defineConfig({ test: { testTimeout: 120_000, hookTimeout: 120_000 } });
