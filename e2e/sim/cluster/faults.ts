import { createSeededRandom, type Random } from '@rocketmq-ts/kernel';
import { sleep } from './clients.ts';
import { type BrokerHost, CLIENTS, type Cluster, NAME_SERVERS, type ServerHost } from './cluster.ts';
import type { Row } from './rows.ts';

export type Fault =
  | { readonly kind: 'kill' | 'power loss' | 'stop'; readonly host: ServerHost; readonly forMs: number }
  | { readonly kind: 'death in a disk call'; readonly host: BrokerHost; readonly how: 'kill' | 'power loss'; readonly nth: number; readonly forMs: number }
  | { readonly kind: 'clock'; readonly host: string; readonly byMs: number; readonly forMs: number }
  | { readonly kind: 'kill client'; readonly host: string; readonly forMs: number }
  | { readonly kind: 'partition'; readonly from: string; readonly to: string; readonly isOneWay: boolean; readonly forMs: number }
  | { readonly kind: 'reset'; readonly from: string; readonly to: string; readonly forMs: number }
  | { readonly kind: 'slow link'; readonly from: string; readonly to: string; readonly delayMs: number; readonly bytesPerMs: number; readonly forMs: number }
  | { readonly kind: 'slow disk'; readonly host: BrokerHost; readonly syncMs: number; readonly forMs: number };

export interface Script {
  readonly faults: readonly { readonly atMs: number; readonly fault: Fault }[];
  /** When the master's machine loses power and does not come back: what was promised is on the slave. */
  readonly masterLostAtMs: number | undefined;
}

const SCRIPT_MS = 12_000;
/** A broker under load changes its disk all the time. */
const DEATH_LIMIT_MS = 3_000;

/**
 * Some faults, overlapping as they come, that this row's contract promises to survive.
 *
 * | may lose power, and come back | ASYNC_FLUSH                          | SYNC_FLUSH |
 * |-------------------------------|--------------------------------------|------------|
 * | master                        | ASYNC_MASTER, once: a bounded loss   | always     |
 * | slave                         | always                               | always     |
 * | master, for good              | SYNC_MASTER, when no slave has       | SYNC_MASTER |
 */
export function scriptOf(seed: number, row: Row): Script {
  const random = createSeededRandom(seed ^ 0xfa017);
  const isMasterLost = row.hasSlave && row.master === 'SYNC_MASTER' && random.below(3) === 0;
  const masterLostAtMs = isMasterLost ? SCRIPT_MS / 4 + random.below(SCRIPT_MS) : undefined;
  const faults: { atMs: number; fault: Fault }[] = [];
  const count = 2 + random.below(4);
  const isLossBounded = row.flush === 'ASYNC_FLUSH' && row.master === 'ASYNC_MASTER' && random.below(2) === 0;
  let mayMasterLosePower = row.flush === 'SYNC_FLUSH' || isLossBounded;
  const maySlaveLosePower = row.flush === 'SYNC_FLUSH' || !isMasterLost;
  while (faults.length < count) {
    const fault = draw(random, row);
    if (losesPower(fault, 'slave') && !maySlaveLosePower) continue;
    if (losesPower(fault, 'master')) {
      if (!mayMasterLosePower) continue;
      mayMasterLosePower = row.flush === 'SYNC_FLUSH';
    }
    // The bound of a loss is that of a disk in good health.
    if (fault.kind === 'slow disk' && fault.host === 'master' && isLossBounded) continue;
    faults.push({ atMs: random.below(SCRIPT_MS), fault });
  }
  if (masterLostAtMs !== undefined && random.below(2) === 0) {
    // What is on its way to the slave at that moment is what an early answer would lose.
    const line = { from: 'master', to: 'slave', delayMs: 20 + random.below(150), bytesPerMs: 20 + random.below(100) };
    faults.push({ atMs: masterLostAtMs - 1_000, fault: { kind: 'slow link', ...line, forMs: 3_000 } });
  }
  faults.sort((a, b) => a.atMs - b.atMs);
  return { faults, masterLostAtMs };
}

function losesPower(fault: Fault, host: BrokerHost): boolean {
  if (fault.kind === 'death in a disk call') return fault.host === host && fault.how === 'power loss';
  return fault.kind === 'power loss' && fault.host === host;
}

function draw(random: Random, row: Row): Fault {
  const brokers: readonly BrokerHost[] = row.hasSlave ? ['master', 'slave'] : ['master'];
  const forMs = random.below(3) === 0 ? 100 + random.below(1_000) : 1_000 + random.below(6_000);
  const pick = <T>(items: readonly T[]): T => items[random.below(items.length)] as T;
  const link = (): { from: string; to: string } => {
    // Half of all trouble is between master and slave.
    if (row.hasSlave && random.below(2) === 0) return random.below(2) === 0 ? { from: 'master', to: 'slave' } : { from: 'slave', to: 'master' };
    const [from, to] = random.below(2) === 0 ? [pick(brokers), pick([...CLIENTS, ...NAME_SERVERS])] : [pick(CLIENTS), pick([...brokers, ...NAME_SERVERS])];
    return { from, to };
  };
  const server = (): ServerHost => (random.below(5) === 0 ? pick(NAME_SERVERS) : pick(brokers));
  switch (random.below(15)) {
    case 0:
    case 1:
    case 2:
      return { kind: 'kill', host: server(), forMs };
    case 3:
    case 4:
      return { kind: 'power loss', host: server(), forMs };
    case 5:
      return { kind: 'stop', host: server(), forMs };
    case 6:
      return { kind: 'kill client', host: pick(CLIENTS), forMs };
    case 7:
    case 8:
      return { kind: 'partition', ...link(), isOneWay: random.below(3) === 0, forMs };
    case 9:
      return { kind: 'reset', ...link(), forMs: 1 };
    case 10:
    case 11:
      return { kind: 'death in a disk call', host: pick(brokers), how: random.below(2) === 0 ? 'kill' : 'power loss', nth: 1 + random.below(40), forMs };
    case 12:
      return { kind: 'clock', host: pick([...brokers, ...NAME_SERVERS, ...CLIENTS]), byMs: (random.below(2) === 0 ? -1 : 1) * random.below(3_600_000), forMs };
    case 13:
      return { kind: 'slow link', ...link(), delayMs: 1 + random.below(150), bytesPerMs: 5 + random.below(200), forMs };
    default:
      return { kind: 'slow disk', host: pick(brokers), syncMs: 5 + random.below(300), forMs };
  }
}

/** Lets a script happen; resolves when every fault has ended. Servers may still be on their way up. */
export async function play(cluster: Cluster, script: Script): Promise<void> {
  const { timers } = cluster;
  const { faults, masterLostAtMs } = script;
  const all = faults.map(async ({ atMs, fault }) => {
    await sleep({ timers }, atMs);
    await happen(cluster, fault);
  });
  if (masterLostAtMs !== undefined) all.push(sleep({ timers }, masterLostAtMs).then(() => cluster.lose('master')));
  await Promise.all(all);
}

async function happen(cluster: Cluster, fault: Fault): Promise<void> {
  const { history, timers, network } = cluster;
  const { kind, forMs, ...rest } = fault;
  history.note(`fault: ${kind} ${JSON.stringify(rest)} for ${forMs} ms`);
  const end = (): Promise<void> => sleep({ timers }, forMs);
  switch (fault.kind) {
    case 'kill':
    case 'power loss':
    case 'stop':
      return bringDown(cluster, fault.kind, fault.host, end);
    case 'death in a disk call':
      return dieInDiskCall(cluster, fault, end);
    case 'clock':
      // Nobody sets it right again.
      cluster.sim.host(fault.host).clock.moveWall(fault.byMs);
      return;
    case 'kill client':
      cluster.clients.get(fault.host)?.restart();
      return;
    case 'partition': {
      const { from, to, isOneWay } = fault;
      network.cut(from, to);
      if (!isOneWay) network.cut(to, from);
      await end();
      network.heal(from, to);
      if (!isOneWay) network.heal(to, from);
      break;
    }
    case 'reset':
      cluster.sim.net.cut(fault.from, fault.to);
      cluster.sim.net.cut(fault.to, fault.from);
      return;
    case 'slow link':
      network.slow(fault.from, fault.to, fault);
      await end();
      network.fast(fault.from, fault.to);
      break;
    case 'slow disk': {
      const { disk } = cluster.sim.host(fault.host);
      disk.syncMs = { min: fault.syncMs, max: fault.syncMs * 2 };
      await end();
      disk.syncMs = { min: 0.05, max: 1 };
      break;
    }
  }
  history.note(`fault: ${kind} ${JSON.stringify(rest)} is over`);
}

/** A server that is down already is left alone: another fault will bring it back. */
async function bringDown(cluster: Cluster, how: 'kill' | 'power loss' | 'stop', host: ServerHost, end: () => Promise<void>): Promise<void> {
  if (cluster.isDown(host)) return;
  if (how === 'kill') cluster.kill(host);
  else if (how === 'power loss') cluster.losePower(host);
  else cluster.stop(host);
  await comeBack(cluster, host, end);
}

/** The process, or the machine, ends inside one of its next calls that change the disk, wherever that is. */
async function dieInDiskCall(cluster: Cluster, { host: name, nth, how }: Extract<Fault, { kind: 'death in a disk call' }>, end: () => Promise<void>): Promise<void> {
  if (!cluster.isUp(name)) return;
  const host = cluster.sim.host(name);
  const { env } = host;
  host.disk.faults.dieAt(nth, how === 'kill' ? 'kill' : 'crash');
  const untilMs = cluster.sim.nowMs + DEATH_LIMIT_MS;
  while (host.env === env && cluster.sim.nowMs < untilMs) await sleep(cluster, 5);
  host.disk.faults.clear();
  if (host.env === env) return;
  if (!cluster.isDown(name)) cluster.hasDied(name, how);
  await comeBack(cluster, name, end);
}

async function comeBack(cluster: Cluster, host: ServerHost, end: () => Promise<void>): Promise<void> {
  await end();
  while (!cluster.isDown(host) && !cluster.isUp(host)) await sleep(cluster, 50);
  cluster.start(host);
}
