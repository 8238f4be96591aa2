import { defineConfig } from 'vitest/config';

// Tests run on the TypeScript sources of every package: the export condition below
// makes `@rocketmq-ts/*` resolve to `src/`, so no build has to come first.
const conditions = ['@rocketmq-ts/source'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ['packages/**/*.test.ts', 'apps/**/*.test.ts', 'tools/**/*.test.ts', 'benchmarks/**/*.test.ts', 'e2e/sim/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**', 'e2e/interop/**', 'e2e/crash/**'],
    pool: 'forks',
    testTimeout: 20_000,
    // What the code of a simulated process throws when it dies in the middle of a call is nobody's business (kernel/sim HostDied).
    onUnhandledError: (error) => error.message !== 'this simulated process is dead',
  },
});
