import { defineConfig } from 'vitest/config';

/** Tests whose subjects run in wall time, over sockets or as processes: they want a core to themselves. */
const WALL_TIME = [
  'test/harness/main/*.test.ts',
  'test/browser/*.test.ts',
  'test/interop/{dlms,jdlms,mosquitto,termineter,tshark-fleet}.test.ts',
  'test/rigs/{fleet,guardian,head-end,mqtt,network,sink,wrap}/*.test.ts',
  'test/defects/acknowledged-before-stored.test.ts',
];

export default defineConfig({
  test: {
    // No test is about time: a machine that others use may be three times slower.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    // Node loads the sources itself, as it does in a run: one way of resolving, and hot code stays hot.
    experimental: { viteModuleRunner: false },
    projects: [
      {
        extends: true,
        test: {
          name: 'wall time',
          include: WALL_TIME,
          maxWorkers: 1,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'pure',
          include: ['test/**/*.test.ts'],
          exclude: WALL_TIME,
          maxWorkers: '100%',
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
