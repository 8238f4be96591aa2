import { describe, expect, it } from 'vitest';
import { StoreWorld } from '../../test/store-world.ts';

const SYNC = { flushDiskType: 'SYNC_FLUSH' } as const;

describe('group commit', () => {
  it('has one datasync in flight; all that is written meanwhile joins the next', async () => {
    const world = await StoreWorld.open(SYNC);
    world.host.disk.syncMs = { min: 10, max: 10 };
    let syncs = 0;
    const count = (path: string): boolean => path.includes('/commitlog/') && ++syncs > Infinity;
    world.host.disk.faults.fail({ call: 'datasync', systemCode: 'EIO', path: count });
    const outcomes: ReturnType<StoreWorld['send']>[] = [];
    for (let turn = 0; turn < 20; turn++) {
      outcomes.push(world.send());
      await world.simulation.runFor(1);
    }
    await world.simulation.runUntil(() => outcomes.every((one) => one.outcome !== 'WAITING'));
    expect(outcomes.map((one) => one.outcome)).toEqual(Array(20).fill('PUT_OK'));
    // 20 ms of sends, 10 ms per datasync (and one for the file's name): a handful, not twenty.
    expect(syncs).toBeGreaterThanOrEqual(2);
    expect(syncs).toBeLessThanOrEqual(4);
  });

  it('adds no delay of its own: a lone sender is told when its datasync is done', async () => {
    const world = await StoreWorld.open(SYNC);
    await world.sendNow();
    world.host.disk.syncMs = { min: 3, max: 3 };
    const before = world.simulation.nowMs;
    await world.sendNow();
    expect(world.simulation.nowMs - before).toBeLessThan(3.5);
  });

  it('takes a failed datasync as final: nothing is confirmed any more, what is flushed can be read', async () => {
    const world = await StoreWorld.open(SYNC);
    expect(await world.sendNow({ body: Buffer.from('safe') })).toBe('PUT_OK');
    world.host.disk.faults.fail({ call: 'datasync', systemCode: 'EIO', path: (path) => path.includes('/commitlog/') });
    const lost = [world.send({ body: Buffer.from('x') }), world.send({ body: Buffer.from('y') }, false)];
    await world.simulation.runFor(50);
    // Who did not wait was told when it was written, before the datasync failed.
    expect(lost.map((one) => one.outcome)).toEqual(['SERVICE_NOT_AVAILABLE', 'PUT_OK']);
    for (let count = 0; count < 3; count++) {
      await world.simulation.runFor(20_000);
      expect(world.send().outcome).toBe('SERVICE_NOT_AVAILABLE');
    }
    expect(world.store.admin.isWriteable).toBe(false);
    expect(world.store.admin.notWriteableReason).toMatch(/durable failed/);
    expect(world.bodies()).toEqual(['safe']);
    expect(world.logged('error').some((line) => line.includes('durable failed'))).toBe(true);
    await world.stop();
    expect(world.host.disk.exists('/store/abort')).toBe(true);
  });

  it('says no SEND_OK after a failed datasync under ASYNC_FLUSH either; what was written goes on being read', async () => {
    const world = await StoreWorld.open({ flushIntervalCommitLog: 10, flushCommitLogLeastPages: 0 });
    world.host.disk.faults.fail({ call: 'datasync', systemCode: 'EIO', path: (path) => path.includes('/commitlog/') });
    expect(await world.sendNow({ body: Buffer.from('written') })).toBe('PUT_OK');
    await world.simulation.runFor(100);
    expect(world.send().outcome).toBe('SERVICE_NOT_AVAILABLE');
    expect(world.bodies()).toEqual(['written']);
  });

  it('answers FLUSH_DISK_TIMEOUT to those whom a slow disk has not covered in time', async () => {
    const world = await StoreWorld.open({ ...SYNC, syncFlushTimeout: 100 });
    await world.sendNow();
    world.host.disk.syncMs = { min: 150, max: 150 };
    const first = world.send();
    await world.simulation.runFor(60);
    const second = world.send();
    await world.simulation.runFor(50);
    expect([first.outcome, second.outcome]).toEqual(['FLUSH_DISK_TIMEOUT', 'WAITING']);
    await world.simulation.runFor(500);
    expect(second.outcome).toBe('FLUSH_DISK_TIMEOUT');
    expect(world.read().length).toBe(3);
  });
});

describe('interval flush', () => {
  it('flushes when enough pages wait, and a little after the thorough interval', async () => {
    const world = await StoreWorld.open({ flushIntervalCommitLog: 500, flushCommitLogLeastPages: 4, flushCommitLogThoroughInterval: 10_000, mappedFileSizeCommitLog: 1 << 20 });
    await world.sendNow();
    const end = world.store.admin.maxPhysicalOffset;
    await world.simulation.runFor(9_000);
    expect(world.store.admin.flushedOffset).toBe(0);
    await world.simulation.runFor(2_000);
    expect(world.store.admin.flushedOffset).toBe(end);
    await world.sendNow({ body: Buffer.alloc(20_000) });
    await world.simulation.runFor(600);
    expect(world.store.admin.flushedOffset).toBe(world.store.admin.maxPhysicalOffset);
  });
});
