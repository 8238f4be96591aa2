import { createSeededRandom } from '@rocketmq-ts/kernel';
import { check, type Ending } from './checker.ts';
import { PAIR, SOLO } from './clients.ts';
import { type BrokerHost, Cluster, NAME_SERVERS, type Planted } from './cluster.ts';
import { play, scriptOf } from './faults.ts';
import type { Committed, History } from './history.ts';
import { readLogFiles } from './log-files.ts';
import { lossesOf } from './losses.ts';
import { PAIRS, type Row, rowText, SINGLES } from './rows.ts';
import type { ServedQueue } from './watcher.ts';

/** Before the first fault: slaves have copied what consumers need. */
const QUIET_MS = 4_000;
/** C13: service is back so long after the last fault has ended. */
export const BACK_LIMIT_MS = 30_000;
/** A name server forgets a machine that went dark after 120 s; then clients have to hear of it. */
export const TAKEOVER_LIMIT_MS = 200_000;
/** Under SYNC_FLUSH a slave serves what is durable: a moment after it has come. */
const FLUSHED_MS = 1_000;
const TAIL_LINES = 60;

/** Four of five seeds are pairs, since pairs have more to go wrong. */
export function rowOf(seed: number): Row {
  const random = createSeededRandom(seed ^ 0x20e);
  const rows = random.below(5) === 0 ? SINGLES : PAIRS;
  return rows[random.below(rows.length)] as Row;
}

/**
 * One cluster through its script of faults, held against what was promised.
 *
 * @throws Error whose message says what was broken and how to see it again
 */
export async function runSeed(seed: number, planted?: Planted, row = rowOf(seed)): Promise<History> {
  const cluster = new Cluster({ seed, row, planted, workload: { pauseMs: 250 } });
  await replayable(cluster, `SIM_SEED=${seed} npx vitest run e2e/sim/seeds.test.ts`, async () => {
    const script = scriptOf(seed, row);
    await cluster.begin();
    await cluster.sim.runFor(QUIET_MS);
    await cluster.sim.run(play(cluster, script), 60_000);
    const violations = check(cluster.history, await finish(cluster, script.masterLostAtMs !== undefined));
    if (violations.length > 0) throw new Error(violations.join('\n'));
  });
  return cluster.history;
}

/** Lets whatever fails say which row it was, what happened last, and how to see it again. */
export async function replayable(cluster: Cluster, command: string, story: () => Promise<void>): Promise<void> {
  try {
    await story();
  } catch (error) {
    // A replay shows everything.
    const tail = cluster.history.lines.slice(process.env['SIM_SEED'] === undefined ? -TAIL_LINES : 0).join('\n');
    const text = `${rowText(cluster.row)}: ${error instanceof Error ? error.message : String(error)}`;
    throw new Error(`${text}\n  replay: ${command}\n  the last of what happened:\n${tail}`, { cause: error });
  }
}

/** Everything is healed: waits until the cluster serves as before and all is read, then looks at what every broker has. */
export async function finish(cluster: Cluster, isMasterGone = false): Promise<Ending> {
  const { sim, history } = cluster;
  const left: readonly BrokerHost[] = isMasterGone ? cluster.brokers.filter((name) => name !== 'master') : cluster.brokers;
  const healedMs = sim.nowMs;
  history.note('healed');
  for (const name of [...NAME_SERVERS, ...left]) cluster.start(name);
  const isUp = (): boolean => [...NAME_SERVERS, ...left].every((name) => cluster.isUp(name));
  await until(cluster, 'every server is up', isUp, BACK_LIMIT_MS);
  if (!isMasterGone) await until(cluster, 'every producer hears SEND_OK', () => hasEveryoneSent(cluster, healedMs), BACK_LIMIT_MS);
  for (const client of cluster.clients.values()) client.isSending = false;
  await until(cluster, 'every send has ended', () => [...cluster.clients.values()].every((client) => client.underWay === 0), BACK_LIMIT_MS);
  let isSlaveRefused = false;
  if (!isMasterGone && cluster.row.hasSlave) {
    // Only where power may take from the master what the slave has.
    const mayRefuse = lossesOf(history, { row: cluster.row, served: new Map(), isMasterGone }).mayLogsDiffer;
    await until(cluster, 'the slave has caught up', () => hasCaughtUp(cluster) || (mayRefuse && isRefused(cluster)), BACK_LIMIT_MS);
    isSlaveRefused = !hasCaughtUp(cluster);
    await sim.runFor(FLUSHED_MS);
  }
  const served = new Map<BrokerHost, readonly ServedQueue[]>();
  for (const name of left) served.set(name, await sim.run(cluster.watcher.audit(name), BACK_LIMIT_MS));
  await untilRead(cluster, served.get(left[0] as BrokerHost) ?? [], isMasterGone ? TAKEOVER_LIMIT_MS : BACK_LIMIT_MS);
  const logs = new Map(left.map((name) => [name, readLogFiles(cluster.disk(name))]));
  return { row: cluster.row, served, logs, isMasterGone, isSlaveRefused, wasMovedBack: (now) => wasMovedBack(cluster, now) };
}

async function until(cluster: Cluster, what: string, condition: () => boolean, limitMs: number): Promise<void> {
  try {
    await cluster.sim.runUntil(condition, limitMs);
  } catch (error) {
    throw new Error(`not within ${limitMs} ms: ${what} (${(error as Error).message})`, { cause: error });
  }
}

function hasEveryoneSent({ history, clients }: Cluster, sinceMs: number): boolean {
  const heard = new Set<string>();
  for (const { id, invokedMs, outcome } of history.sends.values()) {
    if (outcome?.status === 'SEND_OK' && invokedMs >= sinceMs) heard.add(id.slice(0, id.lastIndexOf('-')));
  }
  return [...clients.values()].flatMap((client) => client.producerNames).every((name) => heard.has(name));
}

function hasCaughtUp(cluster: Cluster): boolean {
  return readLogFiles(cluster.disk('slave')).end >= readLogFiles(cluster.disk('master')).end;
}

function wasMovedBack({ sim }: Cluster, { broker, group, queueId, offset }: Committed): boolean {
  return sim.host(broker).log.entries.some(
    ({ message, fields }) =>
      message === 'A consumer offset was moved back.' &&
      fields['group'] === group &&
      fields['queueId'] === queueId &&
      Number(fields['offset']) <= offset &&
      String(fields['client']).startsWith(`${sim.host('c1').address}:`),
  );
}

/** The last it has said of its master in its log is that the master's log is not the one it has copied. */
export function isRefused({ sim }: Cluster): boolean {
  const said = sim.host('slave').log.entries.findLast(({ message }) => /^This slave (follows|does not follow) its master/.test(message));
  return said?.level === 'error';
}

/** Both groups have read every place that is served. */
async function untilRead(cluster: Cluster, queues: readonly ServedQueue[], limitMs: number): Promise<void> {
  for (const group of [SOLO, PAIR]) {
    const missing = new Set(queues.flatMap(({ reads }) => reads.map(({ queueId, queueOffset }) => `${queueId}/${queueOffset}`)));
    let seen = 0;
    const hasRead = (): boolean => {
      const { reads } = cluster.history;
      for (; seen < reads.length; seen++) {
        const { by, queueId, queueOffset } = reads[seen]!;
        if (by.startsWith(`${group} `)) missing.delete(`${queueId}/${queueOffset}`);
      }
      return missing.size === 0;
    };
    try {
      await cluster.sim.runUntil(hasRead, limitMs);
    } catch {
      throw new Error(`not within ${limitMs} ms: ${group} has read everything; left: ${[...missing].slice(0, 8).join(' ')}`);
    }
  }
}
