import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';

import { configurationKeptByNx, configurationOf } from './nx-configuration.ts';

it.each([
  ['node /w/node_modules/.bin/nx run broker:serve -c a.conf', 'a.conf'],
  ['node /w/node_modules/.bin/nx run broker:serve --configuration=a.conf -n x', 'a.conf'],
  ['node /w/node_modules/nx/bin/nx.js run broker:serve -c=a.conf', 'a.conf'],
  ['node /w/node_modules/.bin/nx run broker:serve', undefined],
  ['node /w/node_modules/.bin/nx run broker:serve -c', undefined],
  ['node /w/node_modules/.bin/nx run broker:serve -- -c a.conf', undefined],
  ['node dist/main.js serve -c a.conf', undefined],
])('%s', (line, expected) => {
  expect(configurationOf(line.split(' '))).toBe(expected);
});

it('finds it among the processes above, and only when nx says that it started us', async () => {
  const nx = spawn(process.execPath, ['-e', "console.log('up'); process.stdin.resume()", 'nx', 'run', 'broker:serve', '-c', 'a b.conf']);
  try {
    await once(nx.stdout, 'data');
    expect(configurationKeptByNx({ NX_TASK_TARGET_TARGET: 'serve' }, nx.pid)).toBe('a b.conf');
    expect(configurationKeptByNx({}, nx.pid)).toBeUndefined();
    expect(configurationKeptByNx({ NX_TASK_TARGET_TARGET: 'serve' }, process.pid)).toBeUndefined();
  } finally {
    nx.kill();
  }
});
