import { beforeEach, describe, expect, it } from 'vitest';
import type { DerivedFiles } from '../../src/derive/derived-files.ts';
import { MemoryLog } from './memory-log.ts';
import { World } from './world.ts';

describe('an index whose slots are built anew behind the sends', () => {
  let world: World;
  let log: MemoryLog;

  beforeEach(async () => {
    world = new World(3, { maxIndexNum: 1000 });
    log = new MemoryLog();
    await world.open(log);
    send(30);
    await world.datasync();
    send(10);
    await world.sim.runFor(1500);
    world.keepCheckpoint();
    world.crash('kill');
    world.host.disk.syncMs = { min: 0.01, max: 0.01 };
    await world.open(log);
  });

  const send = (count: number): void => {
    for (let index = 0; index < count; index++) {
      const queueOffset = log.records.length;
      log.append({ topic: 'T', queueId: 0, queueOffset, storeTimestamp: 1_700_000_000_000 + queueOffset, properties: { KEYS: 'k' } });
    }
    while (world.derived.derive(1 << 20, undefined));
  };
  const found = (): number => world.derived.queryByKey({ topic: 'T', key: 'k', maxCount: 64, beginWallMs: 0, endWallMs: Number.MAX_SAFE_INTEGER }).records.length;
  const indexedOffset = (): number => (world.derived as DerivedFiles).indexedOffset;

  it('is not waited for: messages are derived, and keys found as the files have them', async () => {
    send(5);
    expect([world.derived.queues.maxQueueOffset('T', 0), indexedOffset()]).toEqual([45, -1]);
    expect(found()).toBeGreaterThan(0);
    await world.indexCaughtUp();
    expect(found()).toBe(45);
  });

  it('is whole after an orderly stop that came in between', async () => {
    send(5);
    expect(indexedOffset()).toBe(-1);
    await world.close();
    await world.openAndCatchUp(log);
    expect(found()).toBe(45);
    expect(world.host.log.entries.filter(({ message }) => message.includes('were rebuilt'))).toHaveLength(1);
  });

  it('leaves what the checkpoint says of it alone until it is there', async () => {
    const { durableIndexOffset } = world.derived;
    expect(durableIndexOffset).toBe(world.checkpoint?.indexOffset);
    world.crash('kill');
    await world.openAndCatchUp(log);
    expect(found()).toBe(40);
  });

  it('forgets what was taken back meanwhile', async () => {
    world.derived.truncateTo(log.records[20]?.physicalOffset ?? -1);
    log.cutAt(20);
    send(1);
    await world.indexCaughtUp();
    expect(found()).toBe(21);
  });

  it('says so when its files cannot be read, and an orderly stop is none then', async () => {
    world.host.disk.faults.fail({ call: 'readAt', systemCode: 'EIO', times: Infinity, path: (path) => path.includes('/index/') });
    send(5);
    await world.sim.runFor(700);
    expect(world.host.log.entries.filter(({ level }) => level === 'error').map(({ message }) => message)).toEqual([
      'The index cannot be opened: newer messages are not found by key until the next start, which tries again.',
    ]);
    await expect(world.close()).rejects.toThrow('EIO');
    world.host.disk.faults.clear();
    world.crash('kill');
    await world.openAndCatchUp(log);
    expect(found()).toBe(45);
  });
});
