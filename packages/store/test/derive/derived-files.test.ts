import { beforeEach, describe, expect, it } from 'vitest';
import { MemoryLog, type RecordSpec } from './memory-log.ts';
import { World } from './world.ts';

describe('derived files', () => {
  let world: World;
  let log: MemoryLog;

  beforeEach(() => {
    world = new World(1);
    log = new MemoryLog();
  });

  const send = (count: number, spec: Partial<RecordSpec> = {}): void => {
    for (let index = 0; index < count; index++) {
      const topic = spec.topic ?? 'T';
      const queueId = spec.queueId ?? 0;
      const queueOffset =
        spec.queueOffset ?? log.records.filter((kept) => kept.spec.topic === topic && kept.spec.queueId === queueId).length;
      log.append({
        ...spec,
        topic,
        queueId,
        queueOffset,
        storeTimestamp: 1_700_000_000_000 + log.records.length,
        properties: { KEYS: 'k', ...spec.properties },
      });
    }
  };
  const countOf = (topic = 'T', queueId = 0): number => {
    const { queues } = world.derived;
    let count = 0;
    for (let next = queues.minQueueOffset(topic, queueId); next < queues.maxQueueOffset(topic, queueId);) {
      const { records, nextBeginOffset } = queues.getMessage(topic, queueId, next, 32, undefined);
      for (const record of records) for (let at = 0; at < record.length; at += record.readInt32BE(at)) count++;
      next = nextBeginOffset;
    }
    return count;
  };
  const keyCount = (key = 'k', topic = 'T'): number =>
    world.derived.queryByKey({ topic, key, maxCount: 64, beginWallMs: 0, endWallMs: Number.MAX_SAFE_INTEGER }).records.length;

  it('tell arrivals in log order when they can be read', async () => {
    await world.open(log);
    send(2);
    send(1, { topic: 'U', queueId: 3, properties: { TAGS: 'b' } });
    send(1, { sysFlag: 4 });
    const heard: unknown[] = [];
    const isMore = world.derived.derive(1 << 20, {
      messageArrived: (topic, queueId, nextQueueOffset, tagsCode) =>
        heard.push([topic, queueId, nextQueueOffset, tagsCode, world.derived.queues.maxQueueOffset(topic, queueId)]),
    });
    expect(isMore).toBe(false);
    expect(heard).toEqual([
      ['T', 0, 1, 0, 2],
      ['T', 0, 2, 0, 2],
      ['U', 3, 1, 98, 1],
    ]);
  });

  it('are derived in the steps that are asked for', async () => {
    send(10);
    await world.open(log);
    let steps = 0;
    while (world.derived.derive(1, undefined)) steps++;
    expect([steps, countOf()]).toEqual([9, 10]);
  });

  it('come to the disk by themselves, and are durable a little later', async () => {
    await world.open(log);
    send(3);
    world.derived.derive(1 << 20, undefined);
    expect(world.list('consumequeue')).toEqual([]);
    await world.sim.runFor(1100);
    expect(world.read('consumequeue/T/0/00000000000000000000').readInt32BE(8)).toBe(log.records[0]?.sizeBytes);
    expect(world.derived.durableQueueOffset).toBe(-1);
    await world.sim.runFor(3000);
    expect([world.derived.durableQueueOffset, world.derived.durableIndexOffset]).toEqual([log.readableEnd, log.readableEnd]);
    expect([world.derived.logicsMsgTimestamp, world.derived.indexMsgTimestamp]).toEqual([1_700_000_000_002, 1_700_000_000_002]);
  });

  it('start behind the checkpoint after a crash, not at the beginning of the log', async () => {
    await world.open(log);
    send(5);
    world.derived.derive(1 << 20, undefined);
    await world.datasync();
    send(5);
    world.derived.derive(1 << 20, undefined);
    world.crash('power');
    const derived = await world.open(log);
    expect(derived.derivedOffset).toBe(log.records[5]?.physicalOffset);
    derived.derive(1 << 20, undefined);
    await world.indexCaughtUp();
    expect([countOf(), keyCount()]).toEqual([10, 10]);
  });

  it.each(['consumequeue', 'consumequeue/T', 'index'])('are made again when %s was deleted', async (folder) => {
    await world.open(log);
    send(30);
    send(5, { topic: 'U' });
    world.derived.derive(1 << 20, undefined);
    await world.close();
    await world.remove(folder);
    await world.openAndCatchUp(log);
    await world.sim.runFor(2000);
    expect([countOf(), countOf('U'), keyCount(), keyCount('k', 'U')]).toEqual([30, 5, 30, 5]);
  });

  it('begin a queue anew when it was dropped, and keep the others', async () => {
    await world.open(log);
    send(25);
    send(3, { topic: 'SCHEDULE_TOPIC_XXXX' });
    send(3, { topic: 'U' });
    world.derived.derive(1 << 20, undefined);
    await world.datasync();
    await world.sim.run(world.derived.dropQueues((topic) => topic === 'U'));
    expect([countOf(), countOf('U'), countOf('SCHEDULE_TOPIC_XXXX'), world.derived.nextQueueOffset('T', 0)]).toEqual([0, 3, 3, 0]);
    expect(world.list('consumequeue/T')).toEqual([]);
    send(1, { queueOffset: 0, body: 'new' });
    send(1, { queueOffset: 1, body: 'new' });
    world.derived.derive(1 << 20, undefined);
    expect(countOf()).toBe(2);
    // Also when everything is derived again from a log that has both.
    await world.close();
    await world.remove('consumequeue');
    await world.openAndCatchUp(log);
    expect(countOf()).toBe(2);
    expect(world.derived.queues.getMessage('T', 0, 0, 1, undefined).records[0]?.includes('new')).toBe(true);
  });

  it('lose files that lie before the log, never a queue', async () => {
    await world.open(log);
    send(35);
    world.derived.derive(1 << 20, undefined);
    world.derived.flush();
    log.deleteBefore(22);
    await world.sim.run(world.derived.deleteBefore(log.minOffset));
    expect(world.list('consumequeue/T/0')).toEqual(['00000000000000000400', '00000000000000000600']);
    expect([world.derived.queues.minQueueOffset('T', 0), countOf()]).toEqual([22, 13]);
    log.deleteBefore(34);
    log.minOffset = log.readableEnd;
    await world.sim.run(world.derived.deleteBefore(log.minOffset));
    expect(world.list('consumequeue/T/0')).toEqual(['00000000000000000600']);
    expect([world.derived.queues.minQueueOffset('T', 0), world.derived.nextQueueOffset('T', 0)]).toEqual([35, 35]);
  });

  it('keep units in memory while the disk refuses, and write them when it does not', async () => {
    await world.open(log);
    world.host.disk.faults.fail({ call: 'create', systemCode: 'ENOSPC', times: Infinity, path: (path) => path.includes('consumequeue') });
    send(5000);
    while (world.derived.derive(1 << 16, undefined)) await world.sim.runFor(500);
    await world.sim.runFor(3000);
    expect([countOf(), world.list('consumequeue/T/0')]).toEqual([5000, []]);
    world.host.disk.faults.clear();
    await world.sim.runFor(4000);
    expect(world.list('consumequeue/T/0')).toHaveLength(500);
    expect(world.derived.durableQueueOffset).toBe(log.readableEnd);
    expect(world.host.log.entries.filter(({ message }) => message.startsWith('A consume queue cannot be written'))).toHaveLength(1);
  });

  it('let the index catch up when its disk was full', async () => {
    await world.open(log);
    send(10);
    world.derived.derive(1 << 20, undefined);
    world.host.disk.faults.fail({ call: 'create', systemCode: 'ENOSPC', times: Infinity, path: (path) => path.includes('index') });
    send(30, { properties: { UNIQ_KEY: 'u' } });
    while (world.derived.derive(1 << 20, undefined));
    expect([countOf(), keyCount() < 40]).toEqual([40, true]);
    await world.sim.runFor(3000);
    world.host.disk.faults.clear();
    await world.sim.runFor(3000);
    expect([keyCount(), keyCount('u')]).toEqual([40, 30]);
  });

  it('are never called durable again after a failed datasync', async () => {
    await world.open(log);
    send(3);
    world.derived.derive(1 << 20, undefined);
    world.host.disk.faults.fail({ call: 'datasync', systemCode: 'EIO', times: Infinity, path: (path) => path.includes('consumequeue') });
    await expect(world.sim.run(world.derived.datasync())).rejects.toMatchObject({ systemCode: 'EIO' });
    world.host.disk.faults.clear();
    await expect(world.sim.run(world.derived.datasync())).rejects.toMatchObject({ systemCode: 'EIO' });
    expect([world.derived.durableQueueOffset, countOf()]).toEqual([-1, 3]);
  });

  it('of ten thousand queues need few descriptors and are opened again', async () => {
    world = new World(1, { mappedFileSizeConsumeQueue: 6_000_000 });
    await world.open(log);
    for (let queueId = 0; queueId < 2000; queueId++) log.append({ topic: `topic-${queueId % 50}`, queueId, queueOffset: 0 });
    while (world.derived.derive(1 << 20, undefined));
    await world.close();
    const derived = await world.open(log);
    expect(derived.derivedOffset).toBe(log.readableEnd);
    expect([derived.nextQueueOffset('topic-7', 1007), derived.queues.getMessage('topic-7', 1007, 0, 1, undefined).status]).toEqual([
      1,
      'FOUND',
    ]);
  });

  it('say which file has the wrong size', async () => {
    await world.open(log);
    send(3);
    world.derived.derive(1 << 20, undefined);
    await world.close();
    world.options = { ...world.options, mappedFileSizeConsumeQueue: 100 };
    await expect(world.open(log)).rejects.toMatchObject({
      code: 'STORE_FILE_SIZE',
      message: expect.stringContaining('mappedFileSizeConsumeQueue=100'),
    });
    world.options = { ...world.options, mappedFileSizeConsumeQueue: 200, maxIndexNum: 5 };
    await expect(world.open(log)).rejects.toMatchObject({ code: 'STORE_FILE_SIZE', message: expect.stringContaining('maxIndexNum=5') });
  });

  it('serve the right record when a unit points at another one', async () => {
    await world.open(log);
    send(4);
    world.derived.derive(1 << 20, undefined);
    await world.close();
    const path = 'consumequeue/T/0/00000000000000000000';
    world.overwrite(path, 20, world.read(path).subarray(0, 20));
    await world.openAndCatchUp(log);
    const { records } = world.derived.queues.getMessage('T', 0, 1, 1, undefined);
    expect(records[0]?.readUInt32BE(24)).toBe(1);
    expect(world.read(path).readUInt32BE(24)).toBe(log.records[1]?.physicalOffset);
  });

  it('have the same index whether the disk was full for a while or not', async () => {
    const bytesOfIndex = async (isFull: boolean): Promise<string[]> => {
      world = new World(1);
      await world.open(log);
      if (isFull)
        world.host.disk.faults.fail({ call: 'create', systemCode: 'ENOSPC', nth: 2, times: 3, path: (path) => path.includes('index') });
      while (world.derived.derive(1 << 20, undefined));
      await world.sim.runFor(5000);
      await world.close();
      return world.list('index').map((name) => world.read(`index/${name}`).toString('hex'));
    };
    // Four keys each: the first file is full in the middle of a message.
    send(20, { properties: { KEYS: 'a b c', UNIQ_KEY: 'u' } });
    const undisturbed = await bytesOfIndex(false);
    expect(undisturbed).toHaveLength(5);
    expect(await bytesOfIndex(true)).toEqual(undisturbed);
  });

  it('go on with the record at which the disk refused', async () => {
    await world.open(log);
    send(30);
    world.derived.derive(1 << 20, undefined);
    await world.close();
    const path = 'consumequeue/T/0/00000000000000000000';
    const bytes = world.read(path);
    await world.sim.run(world.host.env.disk.remove(`/store/${path}`));
    const derived = await world.open(log);
    world.host.disk.faults.fail({ call: 'create', systemCode: 'ENOSPC', path: (name) => name.includes('consumequeue') });
    expect(() => derived.derive(1 << 20, undefined)).toThrow(expect.objectContaining({ systemCode: 'ENOSPC' }));
    while (derived.derive(1 << 20, undefined));
    expect(world.read(path).equals(bytes)).toBe(true);
  });

  it('hold nothing behind the end of a log that has lost its end', async () => {
    await world.open(log);
    send(3);
    world.derived.derive(1 << 20, undefined);
    await world.datasync();
    send(5);
    world.derived.derive(1 << 20, undefined);
    world.derived.flush();
    world.crash('kill');
    log.cutAt(3);
    await world.openAndCatchUp(log);
    expect([world.derived.nextQueueOffset('T', 0), countOf(), keyCount()]).toEqual([3, 3, 3]);
    expect(world.read('consumequeue/T/0/00000000000000000000').subarray(60)).toEqual(Buffer.alloc(140));
  });

  it('do not search the log for what a dropped queue had', async () => {
    await world.open(log);
    send(25);
    world.derived.derive(1 << 20, undefined);
    await world.close();
    await world.openAndCatchUp(log);
    await world.sim.run(world.derived.dropQueues(() => false));
    // The appender may go on with its own count.
    send(1, { queueOffset: 25 });
    expect(world.derived.derive(1 << 20, undefined)).toBe(false);
    expect([world.derived.queues.minQueueOffset('T', 0), world.derived.nextQueueOffset('T', 0), countOf()]).toEqual([25, 26, 1]);
    expect(world.host.log.entries.filter(({ message }) => message.includes('hole'))).toEqual([]);
  });

  it('are synced again when writing beside them failed for want of space', async () => {
    await world.open(log);
    send(3);
    world.derived.derive(1 << 20, undefined);
    world.host.disk.faults.fail({ call: 'create', systemCode: 'ENOSPC', path: (path) => path.includes('derivedends') });
    await expect(world.sim.run(world.derived.datasync())).rejects.toMatchObject({ systemCode: 'ENOSPC' });
    expect(world.derived.durableQueueOffset).toBe(-1);
    await world.datasync();
    expect(world.derived.durableQueueOffset).toBe(log.readableEnd);
  });
});
