import { defineConfig } from 'vitest/config';

// Real processes on real ports, so one file after the other and generous times. Run: npm run test:interop
const conditions = ['@rocketmq-ts/source'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ['e2e/interop/**/*.test.ts'],
    exclude: ['**/node_modules/**'],
    pool: 'forks',
    fileParallelism: false,
    testTimeout: 180_000,
    hookTimeout: 180_000,
  },
});
