import { defineConfig } from 'vitest/config';

// The tutorial as it is typed, on its own ports: one file after the other. Run: npm run test:tutorial
const conditions = ['@rocketmq-ts/source'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ['e2e/tutorial/**/*.test.ts'],
    exclude: ['**/node_modules/**'],
    pool: 'forks',
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
