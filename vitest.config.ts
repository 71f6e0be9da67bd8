import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // The suite that needs real clouds is started by .ci/run with its own configuration.
    exclude: ['test/e2e/testbed/**'],
    restoreMocks: true,
    unstubEnvs: true,
    // A test that starts processes may share two cores with many others.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: 'forks',
  },
});
