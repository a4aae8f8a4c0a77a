import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 60_000,
    // Node loads the sources itself, as it does in a run: one way of resolving, and hot code stays hot.
    experimental: { viteModuleRunner: false },
  },
});
