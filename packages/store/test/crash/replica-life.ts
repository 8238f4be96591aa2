import type { Random } from '@rocketmq-ts/kernel';
import { HostDied, type Simulation } from '@rocketmq-ts/kernel/sim';
import type { SeamStore } from '../store-pair.ts';
import { QUEUE_IDS, TOPICS, CheckFailed } from './check-store.ts';
import type { Ending } from './history.ts';
import type { MasterStream } from './master-stream.ts';

/** What the master was told, and what must not be taken back; outlives the processes of the replica. */
export interface Promised {
  /** Largest report. */
  reported: number;
  /** Known to be durable. */
  durable: number;
}

export interface ReplicaWorld {
  readonly simulation: Simulation;
  readonly replica: SeamStore;
  readonly stream: MasterStream;
  readonly random: Random;
  readonly promised: Promised;
  readonly isSyncFlush: boolean;
}

/** One process of a replica: takes its master's bytes, cut anywhere, and may die at any call. */
export class ReplicaLife {
  readonly #world: ReplicaWorld;
  readonly #timers: unknown;
  #wasRefused = false;

  constructor(world: ReplicaWorld) {
    this.#world = world;
    this.#timers = world.replica.host.env.timers;
  }

  get hasDied(): boolean {
    return this.#world.replica.host.env.timers !== this.#timers;
  }

  /** False when the process died before it was open. */
  async open(role: 'SLAVE' | 'ASYNC_MASTER' = 'SLAVE'): Promise<boolean> {
    this.#world.replica.onAdvanced = role === 'SLAVE' ? () => this.#note() : () => {};
    return this.#settled(this.#world.replica.opening({ brokerRole: role }));
  }

  async stop(): Promise<boolean> {
    return this.#settled(this.#world.replica.store.stop());
  }

  /** Some rounds of bytes; ends early when the process dies. */
  async follow(rounds: number): Promise<void> {
    const { simulation, random, replica } = this.#world;
    for (let round = 0; round < rounds && !this.hasDied; round++) {
      await this.#world.stream.grow();
      this.#unlessDead(() => {
        for (let count = random.below(4); count > 0; count--) this.#take(1 + random.below(random.below(3) === 0 ? 20_000 : 700));
        if (random.below(8) === 0) replica.tail.dropPartial();
      });
      // A disk that refuses is tried again by the store itself, every second.
      const isLong = random.below(this.#wasRefused ? 2 : 8) === 0;
      await simulation.runFor(isLong ? 1100 : random.below(30) / 10);
      this.#unlessDead(() => this.#note());
    }
  }

  /** All that the master has. */
  async catchUp(): Promise<void> {
    const { simulation, stream, replica } = this.#world;
    for (let round = 0; round < 200 && !this.hasDied && replica.tail.reportableEnd < stream.end; round++) {
      this.#unlessDead(() => this.#take(stream.end));
      await simulation.runFor(100);
      this.#unlessDead(() => this.#note());
    }
  }

  #take(count: number): void {
    const { replica, stream } = this.#world;
    const { tail } = replica;
    if (tail.receivedEnd < stream.start) tail.startAt(stream.start);
    const from = tail.receivedEnd;
    const refusal = tail.take(stream.slice(from, from + count));
    if (refusal?.kind === 'not a log') throw new CheckFailed(`bytes at ${from} were refused: ${refusal.reason}`);
    this.#wasRefused = refusal !== undefined;
  }

  #note(): void {
    const { promised, replica, stream } = this.#world;
    const { reportableEnd, receivedEnd } = replica.tail;
    if (reportableEnd > receivedEnd) throw new CheckFailed(`${reportableEnd} may be reported, and ${receivedEnd} is received`);
    if (reportableEnd > 0 && !stream.isWholeAt(reportableEnd)) throw new CheckFailed(`the middle of a record, ${reportableEnd}, may be reported`);
    promised.reported = Math.max(promised.reported, reportableEnd);
    promised.durable = Math.max(promised.durable, replica.store.admin.flushedOffset);
  }

  async #settled(promise: Promise<unknown>): Promise<boolean> {
    let isDone = false;
    let failure: unknown;
    promise.then(
      () => (isDone = true),
      (error: unknown) => (failure = error),
    );
    await this.#world.simulation.runUntil(() => isDone || failure !== undefined || this.hasDied);
    if (failure !== undefined && !(failure instanceof HostDied)) throw failure;
    return isDone && !this.hasDied;
  }

  #unlessDead(act: () => void): void {
    if (this.hasDied) return;
    try {
      act();
    } catch (error) {
      if (!(error instanceof HostDied)) throw error;
    }
  }
}

/** Holds a replica that was just opened against its master's log, and against what the master was told. */
export function checkReplica(world: ReplicaWorld, ending: Ending): void {
  const { replica, stream, promised, isSyncFlush } = world;
  const end = replica.store.admin.maxPhysicalOffset;
  const kept = ending === 'crash' && !isSyncFlush ? promised.durable : Math.max(promised.reported, promised.durable);
  // Where it begins it has nothing.
  if (end < kept && kept > stream.start) throw new CheckFailed(`the log ends at ${end}, and ${kept} was reported (${ending})`);
  if (end > stream.end || (end > 0 && !stream.isWholeAt(end))) throw new CheckFailed(`the log ends at ${end}, which is not where a record of the master's does`);
  const differsAt = firstDifference(replica.files(end), stream.slice(stream.start, end));
  if (differsAt >= 0) throw new CheckFailed(`the log differs from the master's at ${differsAt} of ${end}`);
  for (const topic of TOPICS) {
    for (const queueId of QUEUE_IDS) {
      // A log that is empty again may have queues that only say where they were to begin.
      if (end <= stream.start) continue;
      const max = replica.store.queues.maxQueueOffset(topic, queueId);
      const expected = stream.nextQueueOffset(topic, queueId, end);
      if (max !== expected) throw new CheckFailed(`${topic}/${queueId} holds ${max} messages, the log up to ${end} ${expected}`);
    }
  }
  // What is open is durable; only what a power failure may take is taken back.
  promised.reported = end;
  promised.durable = end;
}

function firstDifference(own: Buffer, masters: Buffer): number {
  if (own.equals(masters)) return -1;
  const at = own.findIndex((byte, index) => byte !== masters[index]);
  return at >= 0 ? at : own.length;
}
