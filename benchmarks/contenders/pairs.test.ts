import { readdirSync } from 'node:fs';
import { ChildProgram, makeTempFolder, type TempFolder } from '@rocketmq-ts/testkit';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Installation } from './installations.ts';
import { type PairContender, startPair } from './pairs.ts';

/** Brokers that are one line of JavaScript. */
function contenderThat(broker: string, started: ChildProgram[] = []): PairContender {
  const program = (name: string, script: string): ChildProgram => {
    const child = new ChildProgram({ name, command: process.execPath, args: ['-e', script] });
    started.push(child);
    return child;
  };
  const installation: Installation = {
    prepare: () => undefined,
    startNamesrv: () => Promise.resolve(program('namesrv', 'setInterval(() => 0, 1000)')),
    startBroker: () => program('broker', broker),
  };
  return { name: 'fake', description: '', installation, config: {} };
}

// Stores are where TMPDIR says.
let stores: TempFolder;
beforeEach(() => {
  stores = makeTempFolder('pairs-test');
  vi.stubEnv('TMPDIR', stores.path);
});
afterEach(() => {
  vi.unstubAllEnvs();
  stores.remove();
});

it('says why a broker has ended, and leaves no process and no store behind', async () => {
  const started: ChildProgram[] = [];
  const contender = contenderThat(`console.error('port 10911 is taken'); process.exit(3)`, started);
  await expect(startPair(contender, 'SYNC_MASTER')).rejects.toThrow(/^master ended with 3; master said: port 10911 is taken/);
  expect(started.map(({ exitCode }) => exitCode)).toEqual([137, 3]);
  expect(readdirSync(stores.path)).toEqual([]);
});

it('stops waiting when it is interrupted, and clears away', async () => {
  const started: ChildProgram[] = [];
  const interrupted = new AbortController();
  const starting = startPair(contenderThat(`console.log('here'); setInterval(() => 0, 1000)`, started), 'SYNC_MASTER', { signal: interrupted.signal });
  const outcome = expect(starting).rejects.toThrow('interrupted by SIGINT');
  await vi.waitUntil(() => started.length === 2);
  await started[1]?.waitForOutput(/here/, 10_000);
  interrupted.abort(new Error('interrupted by SIGINT'));
  await outcome;
  expect(started.map(({ exitCode }) => exitCode)).toEqual([137, 137]);
  expect(readdirSync(stores.path)).toEqual([]);
});

it('starts nothing when it was interrupted before', async () => {
  const started: ChildProgram[] = [];
  await expect(startPair(contenderThat('', started), 'ASYNC_MASTER', { signal: AbortSignal.abort(new Error('interrupted')) })).rejects.toThrow('interrupted');
  expect([started, readdirSync(stores.path)]).toEqual([[], []]);
});
