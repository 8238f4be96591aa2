import { describe, expect, it } from 'vitest';
import { StoreWorld } from '../../test/store-world.ts';
import { isTimeToDelete } from './delete-when.ts';

const SIZE = 16 * 1024;
const HOUR = 3_600_000;

/** A store of some files of 16 KiB, flushed and with a checkpoint. */
async function filled(files: number, overrides = {}): Promise<StoreWorld> {
  const world = await StoreWorld.open({ mappedFileSizeCommitLog: SIZE, flushIntervalCommitLog: 500, flushCommitLogLeastPages: 0, ...overrides });
  while (world.store.admin.maxPhysicalOffset < files * SIZE - 5000) await world.sendNow({ body: Buffer.alloc(4000) });
  await world.simulation.runFor(3000);
  return world;
}

const fileCount = (world: StoreWorld): number => world.host.disk.files('/store/commitlog').length;

/** The local hour that is now, and one that is not. */
function hours(world: StoreWorld): { now: string; other: string } {
  const hour = new Date(world.host.clock.wallMs()).getHours();
  return { now: String(hour).padStart(2, '0'), other: String((hour + 12) % 24) };
}

describe('deleteWhen', () => {
  const at = (hour: number): number => new Date(2024, 0, 1, hour, 59).getTime();
  it('is a list of local hours', () => {
    expect([3, 4, 5].map((hour) => isTimeToDelete('04', at(hour)))).toEqual([false, true, false]);
    expect([4, 16, 23].map((hour) => isTimeToDelete('4; 16', at(hour)))).toEqual([true, true, false]);
    expect(isTimeToDelete('', at(0))).toBe(false);
    expect(isTimeToDelete('x;;', at(0))).toBe(false);
  });
});

describe('old files', () => {
  it('go when they have had their time', async () => {
    const { now } = hours(await StoreWorld.open());
    const world = await filled(4, { deleteWhen: `${now};${(Number(now) + 1) % 24};${(Number(now) + 2) % 24}`, fileReservedTime: 1 });
    expect(fileCount(world)).toBe(4);
    await world.simulation.runFor(0.9 * HOUR);
    expect(fileCount(world)).toBe(4);
    await world.simulation.runFor(0.2 * HOUR);
    expect(fileCount(world)).toBe(1);
    expect(world.store.admin.minPhysicalOffset).toBe(3 * SIZE);
    expect(await world.sendNow()).toBe('PUT_OK');
    expect(world.store.finder.recordAt(0)).toBeUndefined();
    await world.stop();
    await world.open();
    expect(world.store.admin.minPhysicalOffset).toBe(3 * SIZE);
  });

  it('stay in any other hour', async () => {
    const { other } = hours(await StoreWorld.open());
    const world = await filled(4, { deleteWhen: other, fileReservedTime: 1 });
    await world.simulation.runFor(3 * HOUR);
    expect(fileCount(world)).toBe(4);
  });

  it('are not all gone because somebody set the clock ahead', async () => {
    const everyHour = Array.from({ length: 24 }, (_, hour) => String(hour)).join(';');
    const world = await filled(4, { deleteWhen: everyHour, fileReservedTime: 72 });
    await world.simulation.runFor(70_000);
    world.host.clock.moveWall(10 * 365 * 24 * HOUR);
    await world.simulation.runFor(10 * HOUR);
    expect(fileCount(world)).toBe(4);
    expect(world.logged('warn').some((line) => line.includes('set ahead'))).toBe(true);
    await world.simulation.runFor(63 * HOUR);
    expect(fileCount(world)).toBe(1);
  });
});

describe('a disk that fills up', () => {
  const everyHour = '25';

  it('over 85 % loses its oldest files at once, ten per pass with a pause between two', async () => {
    const world = await filled(15, { deleteWhen: everyHour });
    await world.simulation.runFor(60_000);
    world.host.disk.freeBytes = world.host.disk.totalBytes * 0.12;
    await world.simulation.runUntil(() => fileCount(world) < 15, 10_100);
    await world.simulation.runFor(150);
    expect(fileCount(world)).toBeGreaterThan(11);
    await world.simulation.runFor(2000);
    expect(fileCount(world)).toBe(5);
    await world.simulation.runFor(10_000);
    expect(fileCount(world)).toBe(1);
    expect(world.store.admin.isWriteable).toBe(true);
  });

  it('between 75 % and 85 % loses only files that are old enough', async () => {
    const world = await filled(4, { deleteWhen: everyHour, fileReservedTime: 1 });
    world.host.disk.freeBytes = world.host.disk.totalBytes * 0.2;
    await world.simulation.runFor(0.5 * HOUR);
    expect(fileCount(world)).toBe(4);
    await world.simulation.runFor(HOUR);
    expect(fileCount(world)).toBe(1);
  });

  it('over 90 % refuses sends until there is room, and then takes them by itself', async () => {
    const world = await filled(2, { cleanFileForciblyEnable: false });
    world.host.disk.freeBytes = world.host.disk.totalBytes * 0.09;
    await world.simulation.runFor(10_100);
    expect(world.send().outcome).toBe('SERVICE_NOT_AVAILABLE');
    expect(world.store.admin.notWriteableReason).toMatch(/nearly full \(91\.0 % used\)/);
    expect(fileCount(world)).toBe(2);
    expect(world.read().length).toBeGreaterThan(0);
    world.host.disk.freeBytes = world.host.disk.totalBytes * 0.5;
    await world.simulation.runFor(10_100);
    expect(await world.sendNow()).toBe('PUT_OK');
  });

  it('is noticed when the store opens', async () => {
    const world = new StoreWorld();
    world.host.disk.freeBytes = world.host.disk.totalBytes * 0.05;
    await world.open();
    expect(world.store.admin.isWriteable).toBe(false);
    expect(world.store.admin.commitLogDiskRatio).toBeCloseTo(0.95);
  });
});
