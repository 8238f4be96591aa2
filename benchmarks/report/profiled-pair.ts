// A master and its slave under load and under `node --cpu-prof`.
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeTempFolder } from '@rocketmq-ts/testkit';
import { type MasterRole, oursPair, type RunningPair, startPair } from '../contenders/pairs.ts';
import { withoutFailure } from '../load/failures.ts';
import type { LoadRunner } from '../load/load-runner.ts';
import type { LoadShape, ProcessName } from '../sync-replication/results.ts';
import { type CpuProfile, callsOf, type TimedCalls } from './cpu-profile.ts';
import { sourceNames } from './source-names.ts';

/** Between two samples. */
export const INTERVAL_US = 250;

export interface ProfiledProcess {
  readonly name: ProcessName;
  readonly calls: TimedCalls;
}

export interface ProfiledPair {
  readonly role: MasterRole;
  /** Profiling takes part of the speed. */
  readonly sendsPerSecond: number;
  readonly processes: readonly ProfiledProcess[];
}

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Half of `measureSeconds` go before, as warm-up. @throws Error when a send fails, or a process leaves no profile */
export async function profilePair(role: MasterRole, load: Extract<LoadShape, { kind: 'closed' }>, measureSeconds: number, runner: LoadRunner, signal: AbortSignal): Promise<ProfiledPair> {
  using folder = makeTempFolder('bench-profile');
  const pair = await startProfiled(folder.path, () => startPair(oursPair, role, { signal }));
  try {
    const times = { warmUpSeconds: measureSeconds / 2, measureSeconds };
    const figures = await runner.run({ host: '127.0.0.1', port: pair.port }, load, times, [], signal);
    const toUs = monotonicUs();
    const { sendsPerSecond } = withoutFailure(figures);
    const processes: ProfiledProcess[] = [];
    for (const { name, pid } of [
      { name: 'master', pid: pair.pid },
      { name: 'slave', pid: pair.slave.pid },
    ] as const) {
      await leave(pid);
      const calls = callsOf(profileIn(join(folder.path, 'profiles', name)), sourceNames(root), toUs - measureSeconds * 1e6, toUs);
      if (calls.root.totalUs + calls.idleUs === 0) throw new Error(`the profile of the ${name} holds nothing of the measured time`);
      processes.push({ name, calls });
    }
    return { role, sendsPerSecond, processes };
  } finally {
    await pair.stop();
  }
}

/** `bin/mqbroker` takes `node` from PATH, so ours comes first there meanwhile; profiles go to a folder named after the broker's home. */
async function startProfiled(folder: string, start: () => Promise<RunningPair>): Promise<RunningPair> {
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  const options = `--cpu-prof --cpu-prof-interval=${INTERVAL_US} --cpu-prof-dir='${join(folder, 'profiles')}/'"$(basename "$HOME")"`;
  writeFileSync(join(bin, 'node'), `#!/bin/sh\nexec '${process.execPath}' ${options} "$@"\n`);
  chmodSync(join(bin, 'node'), 0o755);
  const before = process.env['PATH'] ?? '';
  process.env['PATH'] = `${bin}:${before}`;
  try {
    return await start();
  } finally {
    process.env['PATH'] = before;
  }
}

/** The clock that V8 writes into profiles. */
function monotonicUs(): number {
  return Number(process.hrtime.bigint() / 1000n);
}

/** In order: a profile is written when its process leaves. */
async function leave(pid: number): Promise<void> {
  process.kill(pid, 'SIGTERM');
  const deadline = performance.now() + 30_000;
  while (isRunning(pid)) {
    if (performance.now() > deadline) throw new Error(`process ${pid} does not end`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

function profileIn(folder: string): CpuProfile {
  const [name] = readdirSync(folder);
  if (name === undefined) throw new Error(`no profile in ${folder}`);
  return JSON.parse(readFileSync(join(folder, name), 'utf8')) as CpuProfile;
}
