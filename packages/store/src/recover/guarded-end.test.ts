import { expect, it } from 'vitest';
import { StoreWorld } from '../../test/store-world.ts';

/** Larger than what recovery reads at once. */
const LARGE = 600 * 1024;

/** Records of all sizes, none of them durable when the process dies. */
async function killed(): Promise<StoreWorld> {
  const world = await StoreWorld.open({ mappedFileSizeCommitLog: 2 * 1024 * 1024, flushIntervalCommitLog: 60_000, flushCommitLogThoroughInterval: 60_000 });
  const bodies = [1, LARGE, 100, 250 * 1024, LARGE, 7, LARGE, LARGE, 256 * 1024, 3];
  for (const [index, size] of bodies.entries()) expect(await world.sendNow({ body: Buffer.alloc(size, String(index)) }, false)).toBe('PUT_OK');
  world.host.kill();
  return world;
}

it('finds the end behind records that are larger than a block, in the file behind the blank too', async () => {
  const world = await killed();
  await world.open();
  expect(world.bodies().map((body) => body[0])).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
  const [line] = world.host.log.entries.filter((entry) => entry.message.includes('is recovered')).slice(-1);
  expect(line?.fields['records']).toBe(10);
});

it('believes no guard when one byte of what it vouches for is another', async () => {
  const world = await killed();
  world.host.disk.damage('/store/commitlog/00000000000000000000', LARGE, Buffer.of(0xee));
  await world.open();
  expect(world.store.admin.maxPhysicalOffset).toBe(0);
});
