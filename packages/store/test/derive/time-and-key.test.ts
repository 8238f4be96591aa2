import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { MemoryLog } from './memory-log.ts';
import { World } from './world.ts';

describe('the queue offset of a time', () => {
  let world: World;
  let log: MemoryLog;

  beforeEach(() => {
    world = new World(1);
    log = new MemoryLog();
  });

  const derive = async (times: readonly number[]): Promise<(wallMs: number) => number> => {
    for (const [queueOffset, storeTimestamp] of times.entries()) log.append({ topic: 'T', queueId: 0, queueOffset, storeTimestamp });
    await world.openAndCatchUp(log);
    return (wallMs) => world.derived.queues.offsetByTime('T', 0, wallMs);
  };

  it('is that of the nearest message, the earlier of two equally near', async () => {
    const at = await derive([100, 200, 300]);
    expect([0, 100, 149, 150, 151, 200, 260, 300, 999].map(at)).toEqual([0, 0, 0, 0, 1, 1, 2, 2, 2]);
    expect(world.derived.queues.offsetByTime('unknown', 0, 5)).toBe(0);
  });

  it('is found in whichever file it lies', async () => {
    const at = await derive(Array.from({ length: 37 }, (_, index) => 1000 + index * 10));
    for (let index = 0; index < 37; index++) expect(at(1000 + index * 10)).toBe(index);
    // Between two files Java looks in the later one.
    expect([at(1091), at(1099)]).toEqual([10, 10]);
  });

  it('passes over what cannot be read', async () => {
    const at = await derive([100, 200, 300, 400]);
    log.damage(1, 'body');
    log.damage(2, 'body');
    expect([90, 190, 240, 390].map(at)).toEqual([0, 0, 0, 3]);
  });

  it('never leaves the queue, whatever the times', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(500), { minLength: 1, maxLength: 40 }), fc.nat(600), async (gaps, wallMs) => {
        log = new MemoryLog();
        world = new World(1);
        let now = 0;
        const times = gaps.map((gap) => (now += gap));
        const found = (await derive(times))(wallMs);
        const distance = Math.min(...times.map((time) => Math.abs(time - wallMs)));
        // Java looks in the first file whose last message is not older: the nearest one of that file.
        const fileStart = times.findIndex(
          (_, index) => index % 10 === 0 && (times[Math.min(index + 9, times.length - 1)] as number) >= wallMs,
        );
        const inFile = times.slice(fileStart < 0 ? Math.floor((times.length - 1) / 10) * 10 : fileStart).slice(0, 10);
        const nearest = Math.min(...inFile.map((time) => Math.abs(time - wallMs)));
        expect(Math.abs((times[found] as number) - wallMs)).toBe(nearest);
        expect(nearest).toBeGreaterThanOrEqual(distance);
      }),
      { seed: 3, numRuns: 100 },
    );
  });

  it('and of its message agree', async () => {
    await derive([100, 200]);
    const { queues } = world.derived;
    expect([0, 1, 2, -1].map((offset) => queues.storeTimestampOf('T', 0, offset))).toEqual([100, 200, -1, -1]);
    expect([queues.earliestStoreTimestamp('T', 0), queues.earliestStoreTimestamp('U', 0)]).toEqual([100, -1]);
    log.deleteBefore(1);
    await world.sim.run(world.derived.deleteBefore(log.minOffset));
    expect(queues.earliestStoreTimestamp('T', 0)).toBe(200);
  });
});

describe('messages by key', () => {
  const BASE = 1_700_000_000_000;
  const send = (log: MemoryLog, index: number, properties: Record<string, string>, topic = 'T'): void => {
    log.append({ topic, queueId: 0, queueOffset: index, storeTimestamp: BASE + index * 1000, properties });
  };
  const query = (world: World, key: string, options: { maxCount?: number; from?: number; to?: number; topic?: string } = {}): number[] =>
    world.derived
      .queryByKey({
        topic: options.topic ?? 'T',
        key,
        maxCount: options.maxCount ?? 64,
        beginWallMs: BASE + (options.from ?? 0) * 1000,
        endWallMs: BASE + (options.to ?? 10_000) * 1000,
      })
      .records.map((record) => record.readUInt32BE(24));

  it('are the newest of its topic within the time, in log order, over all index files', async () => {
    const log = new MemoryLog();
    for (let index = 0; index < 60; index++) send(log, index, { KEYS: index % 2 === 0 ? 'even all' : 'odd all', UNIQ_KEY: `u${index}` });
    const world = new World(1);
    await world.openAndCatchUp(log);
    expect(world.list('index').length).toBeGreaterThan(5);
    expect(query(world, 'all', { maxCount: 3 })).toEqual([57, 58, 59]);
    expect(query(world, 'even', { from: 10, to: 20 })).toEqual([10, 12, 14, 16, 18, 20]);
    expect(query(world, 'u17')).toEqual([17]);
    expect([query(world, 'u17', { topic: 'U' }), query(world, 'nobody'), query(world, 'al'), query(world, 'even all')]).toEqual([
      [],
      [],
      [],
      [],
    ]);
  });

  it('are never those of another key or topic with the same hash (rmq#3616)', async () => {
    const log = new MemoryLog();
    // "Aa" and "BB" have the same hash, and so have "T#Aa" and "T#BB".
    for (let index = 0; index < 5; index++) send(log, index, { KEYS: index === 0 ? 'Aa' : 'BB' });
    send(log, 5, { KEYS: 'Aa' }, 'T');
    const world = new World(1);
    await world.openAndCatchUp(log);
    expect([query(world, 'Aa'), query(world, 'BB', { maxCount: 2 }), query(world, 'Aa', { maxCount: 1 })]).toEqual([[0, 5], [3, 4], [5]]);
  });

  it('are given once when a record has the key twice', async () => {
    const log = new MemoryLog();
    send(log, 0, { KEYS: 'k k', UNIQ_KEY: 'k' });
    const world = new World(1);
    await world.openAndCatchUp(log);
    expect(query(world, 'k')).toEqual([0]);
  });

  it('are not more than one answer may hold', async () => {
    const log = new MemoryLog();
    for (let index = 0; index < 30; index++) send(log, index, { KEYS: 'k' });
    const world = new World(1, { maxMsgsNumBatch: 10 });
    await world.openAndCatchUp(log);
    expect(query(world, 'k', { maxCount: 64 })).toEqual([20, 21, 22, 23, 24, 25, 26, 27, 28, 29]);
  });

  it('are not kept when the index is switched off, and all indexed when it is switched on', async () => {
    const log = new MemoryLog();
    for (let index = 0; index < 30; index++) send(log, index, { KEYS: 'k' });
    const world = new World(1, { messageIndexEnable: false });
    await world.openAndCatchUp(log);
    expect([query(world, 'k'), world.list('index')]).toEqual([[], []]);
    await world.close();
    expect(world.checkpoint?.indexOffset).toBe(-1);
    world.options = { ...world.options, messageIndexEnable: true };
    const derived = await world.open(log);
    expect([derived.derivedOffset, derived.derive(1, undefined)]).toEqual([log.readableEnd, false]);
    // In the background: messages are served meanwhile.
    await world.sim.runFor(2000);
    expect(query(world, 'k')).toHaveLength(30);
  });

  it('tell how far the index has come', async () => {
    const log = new MemoryLog();
    for (let index = 0; index < 3; index++) send(log, index, { KEYS: 'k' });
    const world = new World(1);
    await world.openAndCatchUp(log);
    const all = { topic: 'T', maxCount: 1, beginWallMs: 0, endWallMs: Number.MAX_SAFE_INTEGER };
    expect(world.derived.queryByKey({ ...all, key: 'k' })).toMatchObject({
      indexLastUpdateTimestamp: BASE + 2000,
      indexLastUpdatePhysicalOffset: log.records[2]?.physicalOffset,
    });
    expect(world.derived.queryByKey({ ...all, key: 'none' })).toMatchObject({
      indexLastUpdateTimestamp: 0,
      indexLastUpdatePhysicalOffset: 0,
    });
  });
});
