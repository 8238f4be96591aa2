import { createSimulation } from '@rocketmq-ts/kernel/sim';
import { describe, expect, it } from 'vitest';
import { type Awaited, decide, DurabilityGate, type DurabilityPolicy, type DurabilityView } from './durability-gate.ts';
import type { PutStatus } from './ports.ts';
import { Histogram } from './histogram.ts';
import { Watermarks } from './watermarks.ts';

describe('decide', () => {
  const view = (over: Partial<DurabilityView>): DurabilityView => ({
    waitsForFlush: false,
    waitsForReplica: false,
    written: 100,
    flushed: 50,
    replicaAcked: 20,
    isFlushFailed: false,
    ...over,
  });

  it.each<[string, number, Awaited, Partial<DurabilityView>, PutStatus | undefined]>([
    ['not written', 101, 'policy', {}, undefined],
    ['written is enough under ASYNC_FLUSH', 100, 'policy', {}, 'PUT_OK'],
    ['SYNC_FLUSH waits for the flush', 51, 'policy', { waitsForFlush: true }, undefined],
    ['SYNC_FLUSH, flushed', 50, 'policy', { waitsForFlush: true }, 'PUT_OK'],
    ['who does not wait hears at written', 100, 'written', { waitsForFlush: true, waitsForReplica: true }, 'PUT_OK'],
    ['SYNC_MASTER, no replica when it was put', 100, 'alone', { waitsForReplica: true }, 'SLAVE_NOT_AVAILABLE'],
    ['SYNC_MASTER, no replica when it was put, but it came in time', 20, 'alone', { waitsForReplica: true }, 'PUT_OK'],
    ['no replica when it was put: not before it is stored as promised', 51, 'alone', { waitsForFlush: true, waitsForReplica: true }, undefined],
    ['SYNC_MASTER, not acknowledged', 21, 'policy', { waitsForReplica: true }, undefined],
    ['SYNC_MASTER, acknowledged', 20, 'policy', { waitsForReplica: true }, 'PUT_OK'],
    ['both: the flush comes first', 60, 'policy', { waitsForFlush: true, waitsForReplica: true, replicaAcked: 100 }, undefined],
    ['a failed flush confirms nothing, not even what is flushed', 10, 'policy', { isFlushFailed: true }, 'SERVICE_NOT_AVAILABLE'],
    ['a failed flush refuses at once', 500, 'written', { isFlushFailed: true }, 'SERVICE_NOT_AVAILABLE'],
  ])('%s', (_what, endOffset, awaited, over, expected) => {
    expect(decide(endOffset, awaited, view(over))).toBe(expected);
  });
});

class Harness {
  readonly simulation = createSimulation(1);
  readonly marks = new Watermarks();
  readonly told: string[] = [];
  readonly replicas = { isAvailable: true };
  readonly waitMs = new Histogram([1000, 4000]);
  readonly gate: DurabilityGate;

  constructor(policy: DurabilityPolicy) {
    const { clock, timers, turn } = this.simulation.env;
    this.marks.setAppended(1000);
    const task = { runTurn: () => this.gate.release() };
    this.gate = new DurabilityGate({ marks: this.marks, policy, replicas: this.replicas, clock, timers, timeoutMs: 5000, waitMs: this.waitMs, wake: () => turn.work(task) });
  }

  wait(name: string, endOffset: number, waits = true): void {
    this.gate.whenDurable(endOffset, waits, { settle: (status) => this.told.push(`${name} ${status}`) });
  }
}

const SYNC = { waitsForFlush: true, waitsForReplica: false };

describe('gate', () => {
  it('tells in order of the log, each when its own mark is reached, and never from inside whenDurable', async () => {
    const { gate, marks, told, simulation, wait } = bind(new Harness(SYNC));
    marks.setWritten(100);
    wait('patient', 100);
    wait('quick', 100, false);
    wait('later', 200);
    expect(told).toEqual([]);
    await simulation.runUntilIdle();
    expect(told).toEqual(['quick PUT_OK']);
    marks.setFlushed(100);
    gate.release();
    expect(told).toEqual(['quick PUT_OK', 'patient PUT_OK']);
    expect(gate.waitingCount).toBe(1);
  });

  it('gives up on exactly those that are not covered when their time is up', async () => {
    const { gate, marks, told, simulation, wait } = bind(new Harness(SYNC));
    marks.setWritten(300);
    wait('a', 100);
    wait('b', 200);
    await simulation.runFor(4000);
    wait('c', 300);
    marks.setFlushed(100);
    gate.release();
    await simulation.runFor(999);
    expect(told).toEqual(['a PUT_OK']);
    await simulation.runFor(2);
    expect(told).toEqual(['a PUT_OK', 'b FLUSH_DISK_TIMEOUT']);
    await simulation.runFor(4000);
    expect(told).toEqual(['a PUT_OK', 'b FLUSH_DISK_TIMEOUT', 'c FLUSH_DISK_TIMEOUT']);
  });

  it('counts how long those that wait are kept waiting, and not the others', async () => {
    const { gate, marks, simulation, wait, waitMs } = bind(new Harness(SYNC));
    marks.setWritten(300);
    wait('quick', 100, false);
    wait('at once', 100);
    await simulation.runFor(2000);
    wait('late', 300);
    marks.setFlushed(100);
    gate.release();
    await simulation.runFor(6000);
    expect(waitMs.counts).toEqual([0, 1, 1]);
    expect(waitMs.sum).toBeCloseTo(7000, 0);
  });

  it('runs one timer however many wait', async () => {
    const harness = new Harness(SYNC);
    harness.marks.setWritten(1000);
    for (let count = 0; count < 1000; count++) harness.wait(`${count}`, count + 1);
    harness.marks.setFlushed(1000);
    await harness.simulation.runUntilIdle();
    expect(harness.told.length).toBe(1000);
    expect(harness.told[999]).toBe('999 PUT_OK');
  });

  it('refuses those behind a place, oldest first, and keeps the others', () => {
    const { gate, marks, told, wait } = bind(new Harness(SYNC));
    marks.setWritten(100);
    wait('kept', 100);
    wait('x', 200);
    wait('y', 300);
    wait('z', 300, false);
    gate.refuseBeyond(100, 'SERVICE_NOT_AVAILABLE');
    expect(told).toEqual(['z SERVICE_NOT_AVAILABLE', 'x SERVICE_NOT_AVAILABLE', 'y SERVICE_NOT_AVAILABLE']);
    expect(gate.waitingCount).toBe(1);
  });

  it('does not let those who wait for a replica hold up those who had none, and the other way round', async () => {
    const harness = new Harness({ waitsForFlush: true, waitsForReplica: true });
    const { gate, marks, told, simulation, wait } = bind(harness);
    marks.setWritten(400);
    wait('replicated', 100);
    harness.replicas.isAvailable = false;
    wait('alone', 200);
    wait('alone, never flushed', 300);
    harness.replicas.isAvailable = true;
    wait('replicated later', 400);
    marks.setFlushed(200);
    gate.release();
    expect(told).toEqual(['alone SLAVE_NOT_AVAILABLE']);
    marks.setReplicaAcked(100);
    gate.release();
    expect(told.slice(1)).toEqual(['replicated PUT_OK']);
    await simulation.runFor(6000);
    expect(told.slice(2).sort()).toEqual(['alone, never flushed FLUSH_DISK_TIMEOUT', 'replicated later FLUSH_DISK_TIMEOUT']);
  });

  it('lets a waiter that is told send again', async () => {
    const harness = new Harness({ waitsForFlush: false, waitsForReplica: false });
    harness.marks.setWritten(100);
    let rounds = 0;
    const again = { settle: (): void => void (++rounds < 200 && harness.gate.whenDurable(100, true, again)) };
    harness.gate.whenDurable(100, true, again);
    await harness.simulation.runUntilIdle();
    expect(rounds).toBe(200);
  });

  it('leaves nobody waiting when it stops', () => {
    const { gate, told, wait } = bind(new Harness(SYNC));
    wait('a', 500);
    wait('b', 400, false);
    gate.stop();
    expect(told.sort()).toEqual(['a SERVICE_NOT_AVAILABLE', 'b SERVICE_NOT_AVAILABLE']);
  });
});

function bind(harness: Harness) {
  return { gate: harness.gate, marks: harness.marks, told: harness.told, simulation: harness.simulation, waitMs: harness.waitMs, wait: harness.wait.bind(harness) };
}
