import { beforeEach, describe, expect, it } from 'vitest';
import { MemoryLog } from './memory-log.ts';
import { ROOT, World } from './world.ts';

describe('what was written before the process died', () => {
  let world: World;
  let log: MemoryLog;

  beforeEach(async () => {
    world = new World(7);
    log = new MemoryLog();
    await world.open(log);
    send(20);
    while (world.derived.derive(1 << 20, undefined));
    await world.datasync();
    // From here on nothing is made durable any more, only written: the state of a busy broker with many queues.
    world.host.disk.syncMs = { min: 600_000, max: 600_000 };
    send(30);
    while (world.derived.derive(1 << 20, undefined));
    await world.sim.runFor(2500);
    send(5);
    while (world.derived.derive(1 << 20, undefined));
    world.keepCheckpoint();
  });

  const send = (count: number): void => {
    for (let index = 0; index < count; index++) {
      const queueId = log.records.length % 3;
      const queueOffset = log.records.filter((kept) => kept.spec.queueId === queueId).length;
      log.append({ topic: 'T', queueId, queueOffset, storeTimestamp: 1_700_000_000_000 + log.records.length, properties: { KEYS: 'k' } });
    }
  };
  const ends = (): number[] => [0, 1, 2].map((queueId) => world.derived.queues.maxQueueOffset('T', queueId));
  const startOf = (record: number): number => log.records[record]?.physicalOffset ?? -1;
  const restart = async (): Promise<number> => {
    world.host.disk.syncMs = { min: 0.05, max: 1 };
    const derived = await world.open(log);
    const from = derived.derivedOffset;
    while (derived.derive(1 << 20, undefined));
    return from;
  };

  it('is not derived again when only the process died', async () => {
    world.crash('kill');
    expect(await restart()).toBe(startOf(50));
    expect(ends()).toEqual([19, 18, 18]);
  });

  it('is not derived again when nothing had ever been made durable', async () => {
    world.crash('kill');
    world.checkpoint = { isOurs: true, consumeQueueOffset: -1, indexOffset: -1, indexMsgTimestamp: 0 };
    expect(await restart()).toBe(startOf(50));
    expect([ends(), world.derived.durableQueueOffset]).toEqual([[19, 18, 18], -1]);
  });

  it('counts for nothing when a Java broker has run since', async () => {
    world.crash('kill');
    world.checkpoint = { isOurs: false, consumeQueueOffset: -1, indexOffset: -1, indexMsgTimestamp: 0 };
    expect(await restart()).toBe(0);
  });

  it('is not called durable by the next run either', async () => {
    world.crash('kill');
    await restart();
    expect(world.derived.durableQueueOffset).toBe(startOf(20));
  });

  it('is derived again after a failure of power', async () => {
    world.crash('power');
    expect(await restart()).toBe(startOf(20));
    expect(ends()).toEqual([19, 18, 18]);
  });

  it('is derived again when a queue has been removed or cut meanwhile', async () => {
    world.crash('kill');
    world.host.disk.syncMs = { min: 0.05, max: 1 };
    await world.remove('consumequeue/T/1');
    expect(await restart()).toBeLessThanOrEqual(startOf(20));
    expect(ends()).toEqual([19, 18, 18]);
  });

  it.each([
    ['damaged', (bytes: Buffer) => bytes.fill(1, 8, 16)],
    ['of another run of the machine', (bytes: Buffer) => bytes.write('boot-9', 21, 'latin1')],
  ])('counts for nothing when the mark is %s', async (_what, change) => {
    world.crash('kill');
    const bytes = world.read('derivedwritten');
    change(bytes);
    world.host.disk.writeFile(`${ROOT}/derivedwritten`, bytes);
    expect(await restart()).toBe(startOf(20));
    expect(ends()).toEqual([19, 18, 18]);
  });
});
