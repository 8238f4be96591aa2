// The brokers of two trees under load: both alive at once, in interleaved rounds.
import { execFileSync } from 'node:child_process';
import { contenderOf } from '../contenders/contenders.ts';
import { type Installation, rocketmqTsIn } from '../contenders/installations.ts';
import { startPair } from '../contenders/pairs.ts';
import { interleaved } from '../load/interleaved.ts';
import { withoutFailure } from '../load/failures.ts';
import { type LoadFigures, LoadRunner } from '../load/load-runner.ts';
import { micros, millis, perSecond } from '../report/units.ts';
import { say } from '../run/measurement.ts';
import type { Round, Times } from './comparison.ts';

export type Side = keyof Round;

export interface SendRounds {
  readonly trees: Readonly<Record<Side, string>>;
  /** Some of `SEND_LOADS`. */
  readonly only: readonly string[];
  readonly rounds: number;
  /** Of each measurement. */
  readonly seconds: number;
  readonly signal: AbortSignal;
}

/** One broker, or a master with its slave. */
interface Cluster {
  readonly host: string;
  readonly port: number;
  /** By the names of the table. */
  readonly pids: Readonly<Record<string, number>>;
  stop(): Promise<void>;
}

interface Load {
  readonly id: string;
  readonly shape: { readonly kind: 'closed'; readonly connections: number; readonly inFlight: number; readonly bodyBytes: 128 };
}

const load = (id: string, connections: number, inFlight: number): Load => ({ id, shape: { kind: 'closed', connections, inFlight, bodyBytes: 128 } });
/** One at a time comes last: the others warm up. */
const ALONE = [load('4x16', 4, 16), load('16x64', 16, 64), load('1x1', 1, 1)];
const WITH_SLAVE = [load('sync-4x16', 4, 16)];
export const SEND_LOADS: readonly string[] = [...ALONE, ...WITH_SLAVE].map(({ id }) => id);

const SIDES: readonly Side[] = ['base', 'work'];
/** Of both sides, before anything is measured. */
const FIRST_WARM_UP = { warmUpSeconds: 0, measureSeconds: 2 };
const WARM_UP_SECONDS = 0.5;

/** Programs of a tree, from its sources. */
export function buildPrograms(tree: string): void {
  execFileSync(process.execPath, ['tools/build/build.mjs', 'programs'], { cwd: tree, stdio: ['ignore', 'ignore', 'inherit'] });
}

/** Gives each round when both sides are complete. @throws Error when a send has failed, and when the signal is aborted */
export async function* sendRounds({ trees, only, ...asked }: SendRounds): AsyncGenerator<Round> {
  const installations = { base: rocketmqTsIn(trees.base), work: rocketmqTsIn(trees.work) };
  const chosen = (loads: readonly Load[]): readonly Load[] => loads.filter(({ id }) => only.includes(id));
  const runner = new LoadRunner();
  try {
    yield* roundsOf(chosen(ALONE), (side) => startAlone(side, installations[side]), runner, asked);
    yield* roundsOf(chosen(WITH_SLAVE), (side) => startWithSlave(side, installations[side], asked.signal), runner, asked);
  } finally {
    await runner.close();
  }
}

async function startAlone(side: Side, installation: Installation): Promise<Cluster> {
  const { host, port, pid, stop } = await contenderOf(side, installation).start({});
  return { host, port, pids: { broker: pid }, stop };
}

async function startWithSlave(side: Side, installation: Installation, signal: AbortSignal): Promise<Cluster> {
  const { port, pid, slave, stop } = await startPair({ name: side, description: '', installation, config: {} }, 'SYNC_MASTER', { signal });
  return { host: '127.0.0.1', port, pids: { master: pid, slave: slave.pid }, stop };
}

async function* roundsOf(loads: readonly Load[], start: (side: Side) => Promise<Cluster>, runner: LoadRunner, { rounds, seconds, signal }: Pick<SendRounds, 'rounds' | 'seconds' | 'signal'>): AsyncGenerator<Round> {
  if (loads.length === 0) return;
  const clusters = new Map<Side, Cluster>();
  const run = async (side: Side, { shape }: Load, times: typeof FIRST_WARM_UP): Promise<LoadFigures> => {
    const { pids, ...target } = clusters.get(side) as Cluster;
    return withoutFailure(await runner.run(target, shape, times, Object.values(pids), signal));
  };
  try {
    for (const side of SIDES) clusters.set(side, await start(side));
    for (const side of SIDES) await run(side, loads[0] as Load, FIRST_WARM_UP);
    for (let round = 0; round < rounds; round++) {
      const found: Record<Side, Record<string, number>> = { base: {}, work: {} };
      for (const one of loads) {
        for (const side of interleaved(SIDES, round)) {
          say(`round ${round + 1}/${rounds}, ${one.id}, ${side} … `);
          const figures = await run(side, one, { warmUpSeconds: WARM_UP_SECONDS, measureSeconds: seconds });
          say(`${perSecond(figures.sendsPerSecond)} p50 ${millis(figures.rt.p50)} p99 ${millis(figures.rt.p99)}, ${figures.processes.map(({ cpuUsPerSend }) => micros(cpuUsPerSend)).join(' + ')} a send\n`);
          Object.assign(found[side], timesOf(one.id, figures, Object.keys((clusters.get(side) as Cluster).pids)));
        }
      }
      yield found;
    }
  } finally {
    for (const { stop } of clusters.values()) await stop();
  }
}

/** Less is better: sends/s as the time of one. */
function timesOf(id: string, { sendsPerSecond, rt, processes }: LoadFigures, names: readonly string[]): Times {
  const cpu = names.map((name, at) => [`${id}: CPU per send, ${name}`, processes[at]?.cpuUsPerSend ?? Number.NaN] as const);
  return { [`${id}: sends/s`]: 1 / sendsPerSecond, [`${id}: RT p50`]: rt.p50, [`${id}: RT p99`]: rt.p99, ...Object.fromEntries(cpu) };
}
