import { describe, expect, it } from 'vitest';
import { fill, HaWorld } from '../../test/replicate/ha-world.ts';

const SEEDS = [1, 2, 3, 4, 5];

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
});
