import nx from '@nx/eslint-plugin';
import tseslint from 'typescript-eslint';

/**
 * Two nets: who may import whom (docs/ARCHITECTURE.md, "Who may import whom"), and that only kernel/src/node touches
 * the outside world. `tools/boundaries` shows each of them bite.
 */
const layer = (name, ...may) => ({ sourceTag: `layer:${name}`, onlyDependOnLibsWithTags: may.map((m) => `layer:${m}`) });
const pure = (name, ...may) => ({ ...layer(name, ...may), bannedExternalImports: ['*'] });

export const depConstraints = [
  pure('kernel'),
  pure('protocol', 'kernel'),
  pure('transport', 'kernel', 'protocol'),
  pure('store', 'kernel', 'protocol'),
  pure('client-core', 'kernel', 'protocol', 'transport'),
  layer('client', 'kernel', 'protocol', 'transport', 'client-core'),
  layer('namesrv', 'kernel', 'protocol', 'transport'),
  layer('broker', 'kernel', 'protocol', 'transport', 'store'),
  layer('launcher', 'kernel'),
  layer('testkit', 'kernel'),
  layer('tool', 'kernel', 'protocol', 'testkit'),
  layer(
    'app',
    'kernel',
    'protocol',
    'transport',
    'store',
    'client-core',
    'client',
    'namesrv',
    'broker',
    'launcher',
  ),
  layer(
    'e2e',
    'kernel',
    'protocol',
    'transport',
    'store',
    'client-core',
    'client',
    'namesrv',
    'broker',
    'testkit',
  ),
];

/** Tests may use the test kit on top of what their package may. */
const testConstraints = depConstraints.map((row) => ({
  sourceTag: row.sourceTag,
  onlyDependOnLibsWithTags: row.sourceTag === 'layer:kernel' ? [] : [...row.onlyDependOnLibsWithTags, 'layer:testkit'],
}));

const outsideModules = ['fs', 'fs/promises', 'net', 'tls', 'dgram', 'http', 'https', 'worker_threads', 'cluster', 'child_process', 'os', 'timers', 'timers/promises'];
const restrictedModules = outsideModules.flatMap((name) => [name, `node:${name}`]).map((name) => ({ name, message: 'Take it from the Env (kernel seams).' }));
const restrictedGlobals = ['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'performance', 'process', 'console', 'fetch'].map((name) => ({
  name,
  message: 'Take it from the Env (kernel seams).',
}));

const boundaries = (constraints) => [
  'error',
  { enforceBuildableLibDependency: true, banTransitiveDependencies: true, checkDynamicDependenciesExceptions: ['.*'], allow: [], depConstraints: constraints },
];

export default tseslint.config(
  { ignores: ['**/dist/**', '**/node_modules/**', '**/data/**', 'packages/remoting-protocol/src/codes/**'] },
  {
    files: ['**/*.ts', '**/*.mts', '**/*.mjs'],
    languageOptions: { parser: tseslint.parser, parserOptions: { sourceType: 'module' } },
    plugins: { '@nx': nx, '@typescript-eslint': tseslint.plugin },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@nx/enforce-module-boundaries': boundaries(depConstraints),
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrors: 'none' }],
      '@typescript-eslint/consistent-type-imports': 'error',
      'no-var': 'error',
      'prefer-const': 'error',
      eqeqeq: 'error',
      'no-restricted-exports': 'off',
    },
  },
  {
    files: ['packages/*/src/**/*.ts'],
    // The SDK's one question to its process (pid, NAMESRV_ADDR, home) stands in host-facts.ts.
    ignores: ['packages/kernel/src/node/**', 'packages/testkit/**', 'packages/launcher/**', 'packages/client-core/src/host-facts.ts'],
    rules: {
      '@typescript-eslint/no-restricted-imports': ['error', { paths: restrictedModules }],
      'no-restricted-globals': ['error', ...restrictedGlobals],
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: 'Use env.clock.' },
        { object: 'Math', property: 'random', message: 'Use env.random.' },
      ],
      'no-restricted-syntax': ['error', { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: 'Use env.clock.' }],
    },
  },
  {
    files: ['**/*.test.ts', '**/test/**/*.ts'],
    // Tests read golden files from disk.
    rules: { '@nx/enforce-module-boundaries': boundaries(testConstraints), '@typescript-eslint/no-restricted-imports': 'off' },
  },
);
