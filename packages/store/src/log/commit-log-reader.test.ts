import { describe, expect, it } from 'vitest';
import { StoreWorld } from '../../test/store-world.ts';
import type { Appended } from '../ports.ts';

const FILE = '/store/commitlog/00000000000000000000';

/** A store that was opened again, so that everything comes from the files. */
async function reopened(count: number, bodySize = 100): Promise<{ world: StoreWorld; places: number[]; size: number }> {
  const world = await StoreWorld.open({ mappedFileSizeCommitLog: 1 << 20 });
  const places = Array.from({ length: count }, (_, index) => (world.send({ body: Buffer.alloc(bodySize, `${index} `) }).result as Appended).physicalOffset);
  await world.simulation.runUntilIdle();
  await world.stop();
  await world.open();
  return { world, places, size: (places[1] ?? 0) - (places[0] ?? 0) };
}

describe('reading by place', () => {
  it('gives the record that starts there, and nothing for any other place', async () => {
    const { world, places, size } = await reopened(3);
    for (const place of places) expect(world.store.finder.recordAt(place)?.length).toBe(size);
    for (const place of [-1, 1, 7, size - 1, size + 1, size * 3, 1 << 20, 1e15, NaN, 0.5]) expect(world.store.finder.recordAt(place)).toBeUndefined();
  });

  it('never serves a body that is not the one that was stored', async () => {
    const { world, places } = await reopened(3);
    world.host.disk.damage(FILE, (places[1] as number) + 100, Buffer.from([0xff]));
    expect(world.store.finder.recordAt(places[1] as number)).toBeUndefined();
    expect(world.bodies().map((body) => Number.parseInt(body, 10))).toEqual([0, 2]);
  });

  it('reads blocks once for neighbours, large records by themselves', async () => {
    const { world, places } = await reopened(100);
    let reads = 0;
    world.host.disk.faults.fail({ call: 'readAt', systemCode: 'EIO', path: () => ++reads < 0 });
    for (const place of places) expect(world.store.finder.recordAt(place)).toBeDefined();
    expect(reads).toBeLessThanOrEqual(2);
    const large = await reopened(2, 200_000);
    expect(large.world.store.finder.recordAt(large.places[1] as number)?.length).toBe(large.size);
  });

  it('serves what it can when a sector cannot be read', async () => {
    const { world, places } = await reopened(3);
    world.host.disk.faults.fail({ call: 'readAt', systemCode: 'EIO', times: 1 });
    expect(world.store.finder.recordAt(places[0] as number)).toBeUndefined();
    expect(world.store.finder.recordAt(places[0] as number)).toBeDefined();
    expect(world.logged('error').some((line) => line.includes('Reading the commit log failed'))).toBe(true);
  });

  it('under SYNC_FLUSH shows nothing that is not durable (rmq-8239)', async () => {
    const world = await StoreWorld.open({ flushDiskType: 'SYNC_FLUSH' });
    await world.sendNow();
    world.host.disk.syncMs = { min: 50, max: 50 };
    const sending = world.send();
    await world.simulation.runFor(10);
    expect(sending.outcome).toBe('WAITING');
    expect(world.read().length).toBe(1);
    expect(world.store.finder.recordAt((sending.result as Appended).physicalOffset)).toBeUndefined();
    await world.simulation.runUntil(() => sending.outcome === 'PUT_OK');
    await world.simulation.runUntilIdle();
    expect(world.read().length).toBe(2);
  });

  it('keeps a bounded hot tail, and reads the same bytes from the file behind it', async () => {
    const world = await StoreWorld.open({ mappedFileSizeCommitLog: 1 << 26 });
    const bodies: string[] = [];
    for (let count = 0; count < 40; count++) {
      bodies.push(`${count} `);
      await world.sendNow({ body: Buffer.alloc(900_000, `${count} `) });
    }
    expect(world.bodies().map((body) => `${Number.parseInt(body, 10)} `)).toEqual(bodies);
  });
});

describe('cursor', () => {
  it('steps over damaged heads, and goes on at the next whole record', async () => {
    const { world, places } = await reopened(5);
    world.host.disk.damage(FILE, (places[1] as number) + 4, Buffer.from([0]));
    world.host.disk.damage(FILE, (places[2] as number) + 30, Buffer.from([9]));
    world.host.kill();
    await world.open();
    expect(world.bodies().map((body) => Number.parseInt(body, 10))).toEqual([0, 3, 4]);
    expect(world.logged('warn').filter((line) => line.includes('damaged region')).length).toBe(1);
  });

  it('keeps the place in its queue of a record whose body is damaged', async () => {
    const { world, places } = await reopened(3);
    world.host.disk.damage(FILE, (places[1] as number) + 100, Buffer.from([0xff]));
    world.host.kill();
    await world.open();
    expect(world.read().map((one) => one.queueOffset)).toEqual([0, 2]);
    expect(world.store.queues.maxQueueOffset('Topic', 0)).toBe(3);
  });
});
