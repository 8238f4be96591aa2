import { defineConfig } from 'vitest/config';

// The programs as they are built, in real processes on real ports: one file after the other. Part of npm run test:interop.
const conditions = ['@rocketmq-ts/source'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ['e2e/cli/**/*.test.ts'],
    exclude: ['**/node_modules/**'],
    pool: 'forks',
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
