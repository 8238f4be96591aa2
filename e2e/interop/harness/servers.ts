/** Servers for the tests of this suite; programs without vitest (e2e/crash) take start-servers.ts alone. */
export * from './start-servers.ts';
export { describeInterop } from './suite.ts';
