import { createSeededRandom } from '@rocketmq-ts/kernel';
import { describe, expect, it } from 'vitest';
import { fill, type HaHost, HaWorld } from '../../test/replicate/ha-world.ts';
import { FILE_BYTES } from '../../test/replicate/memory-log.ts';

const SEEDS = [1, 2, 3, 4, 5];

function isCopy(slave: HaHost, master: HaHost): boolean {
  const from = Math.max(slave.log.minOffset, master.log.minOffset);
  return slave.log.bytes.subarray(from - slave.log.minOffset).equals(master.log.bytes.subarray(from - master.log.minOffset, slave.log.end - master.log.minOffset));
}

describe('a slave that follows', () => {
  it.each(SEEDS)('has what its master has, and the master knows (seed %i)', async (seed) => {
    const world = new HaWorld(seed);
    const { master, slave } = await world.pair(1000);
    await world.untilEqual(master, slave);
    expect(slave.log.bytes.equals(master.log.bytes)).toBe(true);
    const end = master.log.append(500);
    await world.untilEqual(master, slave, 50);
    expect([slave.log.end, master.log.ackedOffset, master.log.isAvailable]).toEqual([end, end, true]);
    expect(slave.replication.status.master).toMatchObject({ state: 'following', haAddress: master.haAddress, receivedOffset: end });
    expect(master.replication.status).toMatchObject({ replicaAckedOffset: end, isReplicaAvailable: true, replicas: [{ state: 'following', ackedOffset: end, lagBytes: 0 }] });
    fill(master, 300, 7);
    await world.untilEqual(master, slave);
    expect(slave.log.bytes.equals(master.log.bytes)).toBe(true);
  });

  it('waits for a master that has nothing yet', async () => {
    const world = new HaWorld(1);
    const { master, slave } = await world.pair(0);
    await world.sim.runUntil(() => slave.replication.status.master?.state === 'following');
    fill(master, 10);
    await world.untilEqual(master, slave, 50);
    expect([slave.log.minOffset, isCopy(slave, master)]).toEqual([0, true]);
  });

  it.each([
    ['all of it when it knows where that begins', true, 2 * FILE_BYTES],
    ['the last file when it does not', false, 3 * FILE_BYTES],
  ])('copies, from a master whose old files are deleted, %s', async (_name, knowsEnds, minOffset) => {
    const world = new HaWorld(2);
    const master = await world.master();
    while (master.log.receivedEnd < FILE_BYTES * 3 + 1000) fill(master, 50);
    await world.sim.runUntilIdle();
    master.log.deleteFile();
    master.log.deleteFile();
    const slave = await world.slave();
    slave.follow(master, knowsEnds);
    await world.untilEqual(master, slave);
    expect([slave.log.minOffset, isCopy(slave, master)]).toEqual([minOffset, true]);
  });

  it('catches up across many files while messages keep coming, and these do not wait for it', async () => {
    const world = new HaWorld(3);
    const master = await world.master();
    const near = await world.slave('near');
    near.follow(master);
    while (master.log.receivedEnd < FILE_BYTES * 60) master.log.append(50_000);
    await world.untilEqual(master, near);
    const far = await world.slave('far');
    world.sim.net.link('master', 'far').bytesPerMs = 100_000;
    far.follow(master);
    let worstMs = 0;
    for (let round = 0; round < 50; round += 1) {
      const end = master.log.append(1000);
      const startMs = world.sim.nowMs;
      await world.sim.runUntil(() => master.log.ackedOffset >= end);
      worstMs = Math.max(worstMs, world.sim.nowMs - startMs);
    }
    expect(worstMs).toBeLessThan(5);
    await world.sim.runUntil(() => far.log.end === master.log.end);
    expect([isCopy(far, master), isCopy(near, master)]).toEqual([true, true]);
  });

  it('is as good as another: the first acknowledgement counts', async () => {
    const world = new HaWorld(4);
    const { master, slave } = await world.pair(100);
    const second = await world.slave('second');
    second.follow(master);
    await world.sim.runUntil(() => second.log.end === master.log.end && slave.log.end === master.log.end);
    world.sim.net.partition('master', 'slave');
    const end = master.log.append(200);
    await world.sim.runUntil(() => master.log.ackedOffset === end, 50);
    expect([slave.log.end < end, second.log.end]).toEqual([true, end]);
    world.sim.net.heal('master', 'slave');
    world.sim.net.partition('master', 'second');
    const next = master.log.append(200);
    await world.sim.runUntil(() => master.log.ackedOffset === next, 50);
    expect([slave.log.end, master.log.availabilities]).toEqual([next, [true]]);
  });

  it('can be followed itself', async () => {
    const world = new HaWorld(5);
    const { master, slave } = await world.pair(300);
    const grandchild = await world.slave('grandchild');
    grandchild.follow(slave);
    await world.untilEqual(slave, grandchild);
    fill(master, 100, 3);
    await world.sim.runUntil(() => grandchild.log.end === master.log.receivedEnd);
    expect(isCopy(grandchild, master)).toBe(true);
  });
});

describe('after a restart', () => {
  it.each(SEEDS)('of the slave it goes on where it was (seed %i)', async (seed) => {
    const world = new HaWorld(seed);
    const { master, slave } = await world.pair(500);
    await world.untilEqual(master, slave);
    slave.host.kill();
    fill(master, 500, 9);
    await world.sim.runFor(1000);
    expect(master.log.isAvailable).toBe(false);
    const before = slave.log.end;
    await slave.start();
    slave.follow(master);
    await world.untilEqual(master, slave);
    expect([slave.log.end > before, isCopy(slave, master), slave.lines()]).toEqual([true, true, []]);
  });

  it.each(SEEDS)('of the master the slave is back at once, and who waits for its acknowledgement gets it (seed %i)', async (seed) => {
    const world = new HaWorld(seed);
    const { master, slave } = await world.pair(500);
    await world.untilEqual(master, slave);
    await master.restart();
    const startMs = world.sim.nowMs;
    await world.untilEqual(master, slave, 1000);
    expect(world.sim.nowMs - startMs).toBeLessThan(200);
    fill(master, 10);
    await world.untilEqual(master, slave, 100);
    expect(isCopy(slave, master)).toBe(true);
  });

  it('of a master that has lost its newest messages the slave keeps its own, and says what to do', async () => {
    const world = new HaWorld(6);
    const { master, slave } = await world.pair(500);
    await world.untilEqual(master, slave);
    const before = Buffer.from(slave.log.bytes);
    let end = 0;
    master.host.crash();
    for (let number = 0; number < 300; number += 1) end += slave.log.bytes.readInt32BE(end);
    master.log.cutTo(end);
    await master.start();
    await world.sim.runUntil(() => slave.replication.status.master?.state === 'refused');
    expect(slave.lines('error')).toEqual([expect.stringContaining(`this log ends at ${before.length}, ahead of the master's, which ends at ${end}`)]);
    // Other messages in the place of the lost ones: the ends say nothing any more, the bytes do.
    fill(master, 400, 77);
    await world.sim.runFor(120_000);
    expect(slave.replication.status.master).toMatchObject({ state: 'refused', reason: expect.stringContaining('the logs differ at') });
    expect(slave.log.bytes.equals(before)).toBe(true);
    expect([master.log.ackedOffset, slave.lines('error').length]).toEqual([0, 2]);
  });
});

describe('on a bad network', () => {
  it.each(SEEDS)('a partition is noticed by both, and healed (seed %i)', async (seed) => {
    const world = new HaWorld(seed);
    const { master, slave } = await world.pair(200);
    await world.untilEqual(master, slave);
    world.sim.net.partition('master', 'slave');
    fill(master, 200, 5);
    await world.sim.runFor(15_000);
    expect([master.log.isAvailable, slave.replication.status.master?.state]).toEqual([true, 'following']);
    await world.sim.runFor(10_000);
    expect([master.log.isAvailable, slave.replication.status.master?.state]).toEqual([false, 'connecting']);
    fill(master, 200, 6);
    world.sim.net.heal('master', 'slave');
    await world.untilEqual(master, slave, 12_000);
    expect(isCopy(slave, master)).toBe(true);
    expect([master.lines().length, slave.lines().length > 0, slave.lines().length < 4]).toEqual([1, true, true]);
  });

  it('one way only, the master cannot know what it is not told', async () => {
    const world = new HaWorld(1);
    const { master, slave } = await world.pair(100);
    await world.untilEqual(master, slave);
    const acked = master.log.ackedOffset;
    world.sim.net.link('slave', 'master').isPartitioned = true;
    fill(master, 100, 5);
    await world.sim.runFor(100);
    expect([slave.log.end, master.log.ackedOffset]).toEqual([master.log.end, acked]);
    await world.sim.runFor(25_000);
    expect(master.log.isAvailable).toBe(false);
    world.sim.net.healAll();
    await world.untilEqual(master, slave);
  });

  it('a slow line is no silence', async () => {
    const world = new HaWorld(2);
    const master = await world.master();
    for (let number = 0; number < 60; number += 1) master.log.append(100_000);
    const slave = await world.slave();
    world.sim.net.link('master', 'slave').bytesPerMs = 50;
    slave.follow(master);
    await world.untilEqual(master, slave, 300_000);
    expect([isCopy(slave, master), master.lines(), slave.lines()]).toEqual([true, [], []]);
    expect(world.sim.nowMs).toBeGreaterThan(100_000);
  });
});

describe('whatever happens', () => {
  it.each(Array.from({ length: 40 }, (_, index) => index + 1))('a slave’s log is a part of its master’s, and has all that is acknowledged (seed %i)', async (seed) => {
    const random = createSeededRandom(seed);
    const world = new HaWorld(seed);
    const options = { haSendHeartbeatInterval: 500, haHousekeepingInterval: 2000, haTransferBatchSize: 1 + random.below(40_000) };
    const master = await world.master(options);
    const slaves = [await world.slave('one', options), await world.slave('two', options)];
    for (const slave of slaves) slave.follow(master);
    const check = (): void => {
      for (const slave of slaves) expect(isCopy(slave, master), `${slave.host.name} is a copy at ${slave.log.end}`).toBe(true);
      // Acknowledged is what one of them has: a log that outlives its process, as written bytes do.
      expect(Math.max(...slaves.map(({ log }) => log.end))).toBeGreaterThanOrEqual(master.log.ackedOffset);
    };
    const events = [
      () => fill(master, random.below(300), random.below(1000)),
      () => fill(master, random.below(30), random.below(1000)),
      () => world.sim.net.cut('master', random.below(2) === 0 ? 'one' : 'two'),
      () => world.sim.net.partition('master', random.below(2) === 0 ? 'one' : 'two'),
      () => world.sim.net.healAll(),
      () => void (world.sim.net.link('master', 'one').bytesPerMs = 10 ** random.below(7)),
      () => master.restart(),
      async () => {
        const slave = slaves[random.below(2)] as HaHost;
        await slave.restart();
        slave.follow(master);
      },
    ];
    for (let step = 0; step < 60; step += 1) {
      await events[random.below(events.length)]?.();
      await world.sim.runFor(random.below(3) === 0 ? random.below(3000) : random.below(20));
      check();
    }
    world.sim.net.healAll();
    world.sim.net.link('master', 'one').bytesPerMs = Infinity;
    for (const slave of slaves) await world.untilEqual(master, slave);
    check();
    for (const host of [master, ...slaves]) expect(host.lines('error')).toEqual([]);
  });
});
