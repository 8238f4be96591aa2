// An empty slave joins a master that has a log: how fast it comes, beside a plain copy of the same files.
import { execFileSync } from 'node:child_process';
import { closeSync, openSync, readdirSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ChildProgram, makeTempFolder } from '@rocketmq-ts/testkit';
import { firstAcceptedSend } from '../contenders/first-send.ts';
import { freeNamesrvPort } from '../contenders/installations.ts';
import { withSuccess } from '../load/failures.ts';
import { interleaved } from '../load/interleaved.ts';
import type { LoadRunner } from '../load/load-runner.ts';
import { type PairContender, type RunningMaster, type RunningSlave, startMaster } from '../contenders/pairs.ts';

export interface CatchUp {
  readonly mebibytes: number;
  /** Ours and the plain copy's, in pairs that were measured one after the other. */
  readonly mibPerSecond: readonly number[];
  readonly plainMibPerSecond: readonly number[];
}

const MIB = 1024 * 1024;
const FILL = { kind: 'closed', connections: 16, inFlight: 64, bodyBytes: 1024 } as const;
const FILL_TIMES = { warmUpSeconds: 2, measureSeconds: 4 };
const POLL_MS = 5;
const LIMIT_MS = 300_000;
/** The log, and what is in memory beside it. */
const WARM_RATIO = 1.5;

/**
 * One log, copied `times` times by a slave and by the plain program in turn, after one copy that nobody counts. Gives all that has been
 * found when both have copied it once more.
 */
export async function* measureCatchUp(contender: PairContender, runner: LoadRunner, mebibytes: number, times: number, signal: AbortSignal): AsyncGenerator<CatchUp> {
  const master = await startMaster(contender, 'ASYNC_MASTER', { signal });
  try {
    await firstAcceptedSend(master.port, { giveUp: () => (signal.aborted ? (signal.reason as Error).message : undefined) });
    while ((await master.probe.logEnd()) < mebibytes * MIB) withSuccess(await runner.run({ host: '127.0.0.1', port: master.port }, FILL, FILL_TIMES, [], signal));
    const end = await master.probe.logEnd();
    const figures = { catchUp: [] as number[], plain: [] as number[] };
    await copyPlainly(master.logFolder, end);
    for (let time = 0; time < times; time++) {
      for (const which of interleaved(['plain', 'catchUp'] as const, time)) {
        signal.throwIfAborted();
        settleMachine(end);
        const ms = await (which === 'plain' ? copyPlainly(master.logFolder, end) : catchUp(master, end));
        figures[which].push((end / MIB / ms) * 1000);
      }
      yield { mebibytes: end / MIB, mibPerSecond: [...figures.catchUp], plainMibPerSecond: [...figures.plain] };
    }
  } finally {
    await master.stop();
  }
}

/**
 * Nobody is to be slowed down by what those before have left for the kernel to write. And everybody finds memory that was
 * in use a moment ago: where the machine's host takes free memory back, pages that it has to give anew cost ten times
 * what is written into them, and whoever comes right after a large file was deleted would be spared that.
 */
function settleMachine(bytes: number): void {
  using folder = makeTempFolder('bench-warm');
  const file = openSync(join(folder.path, 'memory'), 'w');
  const block = Buffer.alloc(MIB, 1);
  for (let at = 0; at < bytes * WARM_RATIO; at += MIB) writeSync(file, block, 0, MIB, at);
  closeSync(file);
  execFileSync('sync');
}

async function catchUp(master: RunningMaster, end: number): Promise<number> {
  const slave = await master.startSlave();
  try {
    return await msUntil(slave, end);
  } finally {
    await slave.stop();
  }
}

async function msUntil(slave: RunningSlave, end: number): Promise<number> {
  const deadline = performance.now() + LIMIT_MS;
  let startedAt: number | undefined;
  for (;;) {
    const now = performance.now();
    const at = await slave.probe.logEnd().catch(() => 0);
    if (at > 0) startedAt ??= now;
    if (at >= end) return performance.now() - (startedAt ?? now);
    const lost = slave.lost();
    if (lost !== undefined) throw new Error(lost);
    if (now > deadline) throw new Error(`the slave has ${at} of ${end} bytes after ${LIMIT_MS} ms`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** Time of copying the same bytes, ms. */
async function copyPlainly(folder: string, end: number): Promise<number> {
  using target = makeTempFolder('bench-copy');
  const files = readdirSync(folder).filter((name) => Number(name) < end);
  const script = fileURLToPath(new URL('plain-copy.ts', import.meta.url));
  const run = (args: readonly string[]): ChildProgram => new ChildProgram({ name: 'plain-copy', command: process.execPath, args: ['--import', 'tsx', script, ...args] });
  const port = await freeNamesrvPort();
  const receiver = run(['receive', String(port), join(target.path, 'copy')]);
  try {
    await receiver.waitForOutput(/listening/, 20_000);
    const sender = run(['send', String(port), String(end), ...files.map((name) => join(folder, name))]);
    const [, ms] = await sender.waitForOutput(/copied in (\d+) ms/, LIMIT_MS);
    return Number(ms);
  } finally {
    await receiver.stop();
  }
}
