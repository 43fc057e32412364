import { defineConfig } from 'vitest/config';

// Generous: the bounds are there for what hangs, not for what a busy machine makes slow.
const patient = { testTimeout: 60_000, hookTimeout: 60_000 };
const slow = { testTimeout: 180_000, hookTimeout: 180_000 };
// Real processes, sockets and browsers: in CI such a test runs a second time before it fails, and the report
// marks it "retry x1". Without CI it fails at once.
const retry = process.env.CI === 'true' ? 1 : 0;

export default defineConfig({
  test: {
    // Two cores is the machine we promise to be quick on: more workers only make timings worse.
    maxWorkers: 2,
    projects: [
      { test: { name: 'architecture', include: ['test/architecture.test.ts'] } },
      { test: { name: 'unit', include: ['test/unit/**/*.test.ts'], ...patient } },
      { test: { name: 'property', include: ['test/property/**/*.test.ts'], ...slow } },
      {
        test: {
          name: 'conformance',
          sequence: { groupOrder: 1 },
          include: ['test/conformance/**/*.test.ts'],
          ...slow,
        },
      },
      {
        test: {
          name: 'integration',
          sequence: { groupOrder: 1 },
          include: ['test/integration/**/*.test.ts'],
          retry,
          ...slow,
        },
      },
      {
        test: {
          name: 'e2e',
          sequence: { groupOrder: 2 },
          include: ['test/e2e/**/*.test.ts'],
          retry,
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
});
