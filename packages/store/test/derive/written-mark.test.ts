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

  const send = (count: number, queues = 3): void => {
    for (let index = 0; index < count; index++) {
      const queueId = log.records.length % queues;
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

  it('is believed without reading a queue, and only when the process did not end in order', async () => {
    world.crash('kill');
    const readsOf = async (): Promise<string[]> => {
      const opened: string[] = [];
      const { disk } = world.host.env;
      const open = disk.open.bind(disk);
      disk.open = (path, mode) => {
        opened.push(path);
        return open(path, mode);
      };
      await restart();
      return opened.filter((path) => path.includes('consumequeue'));
    };
    expect(await readsOf()).toEqual([]);
    await world.close();
    expect((await readsOf()).length).toBeGreaterThanOrEqual(3);
  });

  it('knows nothing of files and queues that came after it, which are found all the same', async () => {
    // Into the second file of each queue, and two queues more, before the next mark is written.
    world.host.disk.faults.fail({ call: 'writeAt', systemCode: 'EIO', times: Infinity, path: (path) => path.endsWith('derivedwritten') });
    send(15, 5);
    while (world.derived.derive(1 << 20, undefined));
    world.derived.flush();
    const before = [0, 1, 2, 3, 4].map((queueId) => world.derived.queues.maxQueueOffset('T', queueId));
    world.crash('kill');
    world.host.disk.faults.clear();
    expect(await restart()).toBe(startOf(50));
    expect([0, 1, 2, 3, 4].map((queueId) => world.derived.queues.maxQueueOffset('T', queueId))).toEqual(before);
    send(60, 5);
    while (world.derived.derive(1 << 20, undefined));
    world.derived.flush();
    expect(world.list('consumequeue/T/0')).toEqual(['00000000000000000000', '00000000000000000200', '00000000000000000400', '00000000000000000600']);
  });

  it('holds no longer when the log is cut, whatever is written in the place of what was lost', async () => {
    world.host.disk.faults.fail({ call: 'writeAt', systemCode: 'EIO', path: (path) => path.endsWith('derivedwritten') });
    expect(() => world.derived.truncateTo(startOf(40))).toThrow('EIO');
    expect(ends()).toEqual([19, 18, 18]);
    world.derived.truncateTo(startOf(40));
    log.cutAt(40);
    send(12, 2);
    while (world.derived.derive(1 << 20, undefined));
    const before = ends();
    world.crash('kill');
    await restart();
    expect(ends()).toEqual(before);
    expect(ends()).not.toEqual([19, 18, 18]);
  });

  it('says at once where a queue begins that the log has let go', async () => {
    world.host.disk.syncMs = { min: 0.05, max: 1 };
    log.deleteBefore(35);
    await world.sim.run(world.derived.deleteBefore(log.minOffset));
    world.crash('kill');
    expect(await restart()).toBe(startOf(50));
    expect([0, 1, 2].map((queueId) => world.derived.queues.minQueueOffset('T', queueId))).toEqual([12, 12, 11]);
    expect(world.list('consumequeue/T/0')).toEqual(['00000000000000000200']);
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
