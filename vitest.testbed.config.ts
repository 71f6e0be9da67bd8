import { defineConfig } from 'vitest/config';

/** The contract, and what is tested end to end, on the real clouds that `testbed/testbed up` brings up. */
export default defineConfig({
  test: {
    include: ['test/contract/**/*.test.ts', 'test/e2e/**/*.test.ts', 'test/examples.test.ts'],
    env: { FED_TESTBED: '1' },
    restoreMocks: true,
    unstubEnvs: true,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    pool: 'forks',
    // One file at a time: the clouds share the machine with the tests.
    fileParallelism: false,
  },
});
