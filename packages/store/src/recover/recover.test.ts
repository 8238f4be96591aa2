import { describe, expect, it } from 'vitest';
import { StoreWorld } from '../../test/store-world.ts';
import type { Appended } from '../ports.ts';

const SIZE = 16 * 1024;
const path = (base: number): string => `/store/commitlog/${base.toString().padStart(20, '0')}`;
const numbers = (world: StoreWorld): number[] => world.bodies().map((body) => Number.parseInt(body, 10));
const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

/** A store with so many records of 1000 bytes and more, closed in this way. */
async function written(count: number, ending: 'stop' | 'kill'): Promise<{ world: StoreWorld; places: number[] }> {
  const world = await StoreWorld.open({ mappedFileSizeCommitLog: SIZE });
  const places: number[] = [];
  for (let index = 0; index < count; index++) {
    places.push((world.send({ body: Buffer.alloc(1000, `${index} `) }).result as Appended).physicalOffset);
    await world.simulation.runFor(100);
  }
  await world.simulation.runFor(3000);
  if (ending === 'stop') await world.stop();
  else world.host.kill();
  return { world, places };
}

/** As Java leaves it, or as it is after the checkpoint was lost. */
function withoutCheckpoint(world: StoreWorld): void {
  world.host.disk.damage('/store/checkpoint', 0, Buffer.alloc(4096));
}

/** A single file is not refused by its name: its blank gives it away. */
async function oneWholeFile(): Promise<StoreWorld> {
  const { world } = await written(20, 'stop');
  await world.simulation.run(world.host.env.disk.remove(path(SIZE)));
  return world;
}

describe('recovery', () => {
  it('reads nothing of the log after a clean stop', async () => {
    const { world } = await written(40, 'stop');
    expect(world.host.disk.exists('/store/abort')).toBe(false);
    await world.open();
    const [line] = world.host.log.entries.filter((entry) => entry.message.includes('is recovered')).slice(-1);
    expect(line?.fields).toMatchObject({ records: 0, torn: false });
    expect(world.host.disk.exists('/store/abort')).toBe(true);
    expect(numbers(world)).toEqual(upTo(40));
  });

  it('reads little after a kill: from the last checkpoint on', async () => {
    const { world } = await written(40, 'kill');
    await world.open();
    const [line] = world.host.log.entries.filter((entry) => entry.message.includes('is recovered')).slice(-1);
    expect(line?.fields['records']).toBeLessThan(15);
    expect(numbers(world)).toEqual(upTo(40));
  });

  it.each(['stop', 'kill'] as const)('finds everything without a checkpoint, after a %s', async (ending) => {
    const { world } = await written(40, ending);
    withoutCheckpoint(world);
    await world.open();
    expect(numbers(world)).toEqual(upTo(40));
    expect(await world.sendNow({ body: Buffer.from('40') })).toBe('PUT_OK');
    expect(numbers(world)).toEqual(upTo(41));
  });

  it.each(['stop', 'kill'] as const)('steps over damage in the middle and keeps all behind it, after a %s without a checkpoint', async (ending) => {
    const { world, places } = await written(40, ending);
    withoutCheckpoint(world);
    for (const index of [3, 4, 20]) world.host.disk.damage(path(Math.floor((places[index] as number) / SIZE) * SIZE), ((places[index] as number) % SIZE) + 4, Buffer.alloc(200, 0xee));
    await world.open();
    expect(numbers(world)).toEqual(upTo(40).filter((index) => ![3, 4, 20].includes(index)));
    const { queueOffset } = world.send().result as Appended;
    expect(queueOffset).toBe(40);
  });

  it('steps over a whole file of zeros between others', async () => {
    const { world, places } = await written(60, 'stop');
    withoutCheckpoint(world);
    world.host.disk.damage(path(SIZE), 0, Buffer.alloc(SIZE));
    await world.open();
    expect(numbers(world)).toEqual(upTo(60).filter((index) => Math.floor((places[index] as number) / SIZE) !== 1));
  });

  it('puts a missing file back as an empty one and keeps the others', async () => {
    const { world, places } = await written(60, 'stop');
    await world.simulation.run(world.host.env.disk.remove(path(SIZE)));
    await world.open();
    expect(numbers(world)).toEqual(upTo(60).filter((index) => Math.floor((places[index] as number) / SIZE) !== 1));
  });

  it('ignores what a tail that was cut off and written over has left (Java leaves it)', async () => {
    // A log whose last record is older than those before: leftovers of a tail that Java cut off.
    const { world, places } = await written(6, 'stop');
    withoutCheckpoint(world);
    const at = places[4] as number;
    const stampAt = at + 56;
    const early = Buffer.alloc(8);
    early.writeBigInt64BE(1_600_000_000_000n);
    world.host.disk.damage(path(0), stampAt, early);
    world.host.disk.damage(path(0), (places[5] as number) + 56, early);
    world.host.disk.damage(path(0), (places[3] as number) + 4, Buffer.alloc(4));
    await world.open();
    expect(numbers(world)).toEqual(upTo(3));
  });

  it.each([0, 100, SIZE - 1])('accepts a last file cut to %d bytes (rmq-6904)', async (length) => {
    const { world, places } = await written(40, 'kill');
    const lastBase = Math.floor((places[39] as number) / SIZE) * SIZE;
    const file = world.host.env.disk.open(path(lastBase), 'readwrite');
    file.truncate(length);
    file.close();
    await world.open();
    expect(numbers(world).length).toBeGreaterThanOrEqual(upTo(40).filter((index) => (places[index] as number) < lastBase).length);
    expect(await world.sendNow()).toBe('PUT_OK');
  });

  it('refuses a smaller file size than the store’s, changes nothing, and opens with the right one', async () => {
    const { world } = await written(40, 'stop');
    const before = world.host.disk.files('/store').map((file) => [file, world.host.disk.readFile(file).length]);
    for (const size of [SIZE / 2, SIZE * 4]) {
      const opening = new StoreWorld({ mappedFileSizeCommitLog: size });
      Object.assign(opening, { simulation: world.simulation, host: world.host });
      await expect(opening.open()).rejects.toThrow(/mappedFileSizeCommitLog/);
    }
    const after = world.host.disk.files('/store').map((file) => [file, world.host.disk.readFile(file).length]);
    expect(after).toEqual(before);
    await world.open();
    expect(numbers(world)).toEqual(upTo(40));
  });

  it('refuses a larger file size than that of a single whole file', async () => {
    const world = await oneWholeFile();
    const opening = new StoreWorld({ mappedFileSizeCommitLog: SIZE * 4 });
    Object.assign(opening, { simulation: world.simulation, host: world.host });
    await expect(opening.open()).rejects.toThrow(/written with mappedFileSizeCommitLog=16384/);
    withoutCheckpoint(world);
    await expect(opening.open()).rejects.toThrow(/mappedFileSizeCommitLog/);
    expect(world.host.disk.readFile(path(0)).length).toBe(SIZE);
  });

  it('is not misled by a clock that was set back meanwhile (rmq-678)', async () => {
    const { world } = await written(10, 'kill');
    world.host.clock.moveWall(-10 * 365 * 86_400_000);
    await world.open();
    for (let index = 10; index < 20; index++) await world.sendNow({ body: Buffer.alloc(1000, `${index} `) });
    await world.simulation.runFor(2000);
    world.host.kill();
    world.host.clock.moveWall(20 * 365 * 86_400_000);
    await world.open();
    expect(numbers(world)).toEqual(upTo(20));
  });

  it('goes on behind a log that is gone', async () => {
    const { world } = await written(10, 'stop');
    await world.simulation.run(world.host.env.disk.remove(path(0)));
    await world.open();
    expect(world.store.admin.maxPhysicalOffset).toBe(0);
    expect(await world.sendNow()).toBe('PUT_OK');
  });

  it('dies with the disk, and leaves the lock free for another try', async () => {
    const { world } = await written(10, 'kill');
    world.host.disk.faults.fail({ call: 'datasync', systemCode: 'EIO' });
    await expect(world.open()).rejects.toThrow();
    await world.open();
    expect(numbers(world)).toEqual(upTo(10));
  });
});
