import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // The suite that needs real clouds is started by .ci/run with its own configuration.
    exclude: ['test/e2e/testbed/**'],
    restoreMocks: true,
    unstubEnvs: true,
    testTimeout: 20_000,
    pool: 'forks',
  },
});
