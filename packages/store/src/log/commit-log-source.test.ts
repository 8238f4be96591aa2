import { createSimulation } from '@rocketmq-ts/kernel/sim';
import { describe, expect, it } from 'vitest';
import { SeamStore, wholeLog } from '../../test/store-pair.ts';

const SIZE = 16 * 1024;

async function filled(overrides: Parameters<typeof SeamStore.open>[0] = {}): Promise<SeamStore> {
  const master = await SeamStore.open(overrides, 'master', createSimulation(1));
  for (let index = 0; index < 60; index++) {
    master.send({ body: Buffer.alloc(900, `${index}`) }, false);
    await master.simulation.runFor(1);
  }
  await master.simulation.runFor(20);
  return master;
}

describe('what a master sends', () => {
  it('is the log as far as it is written: files with their blanks, and nothing of guards', async () => {
    const master = await filled();
    const { end } = master.source;
    expect([master.source.minOffset, master.source.lastFileOffset, end]).toEqual([0, Math.floor(end / SIZE) * SIZE, master.store.admin.maxPhysicalOffset]);
    const fromMemory = wholeLog(master.source);
    master.host.kill();
    await master.open();
    expect(wholeLog(master.source).equals(fromMemory)).toBe(true);
    for (let base = 0; base + SIZE < end; base += SIZE) {
      const blank = fromMemory.subarray(base, base + SIZE).lastIndexOf(Buffer.from('cbd43194', 'hex')) - 4;
      expect(fromMemory.readInt32BE(base + blank)).toBe(SIZE - blank);
      expect(fromMemory.subarray(base + blank + 8, base + SIZE).every((byte) => byte === 0)).toBe(true);
    }
  });

  it('is the same wherever it is cut, also through guards', async () => {
    const master = await filled();
    const expected = Buffer.from(wholeLog(master.source));
    // The last run's files are read with their guards: no checkpoint has zeroed them yet.
    master.host.kill();
    await master.open();
    for (const length of [1, 17, 300, 5000]) {
      for (let at = SIZE - 2100; at < SIZE + 40; at += length) expect(master.source.read(at, length)?.equals(expected.subarray(at, at + (master.source.read(at, length)?.length ?? 0)))).toBe(true);
    }
  });

  it('never reaches over the end of a file, nor beyond what may be sent', async () => {
    const master = await filled();
    for (let at = 0; at < master.source.end; at += 500) {
      const bytes = master.source.read(at, 3000);
      expect(bytes?.length).toBeGreaterThan(0);
      expect(Math.floor((at + (bytes?.length ?? 0) - 1) / SIZE)).toBe(Math.floor(at / SIZE));
    }
    expect(master.source.read(master.source.end, 1)).toBeUndefined();
    expect(master.source.read(-1, 1)).toBeUndefined();
  });

  it('is a slice of the slab while it is in memory', async () => {
    const master = await filled();
    const [one, other] = [master.source.read(5, 100), master.source.read(5, 100)];
    expect(one?.buffer).toBe(other?.buffer);
  });

  it('is what is flushed, under SYNC_FLUSH', async () => {
    const master = await filled({ flushDiskType: 'SYNC_FLUSH' });
    const { end } = master.source;
    master.host.disk.syncMs = { min: 5, max: 5 };
    const { end: newEnd } = master.send();
    await master.simulation.runFor(1);
    expect([master.source.end, master.source.read(end, 10)]).toEqual([end, undefined]);
    await master.simulation.runFor(20);
    expect(master.source.end).toBe(newEnd);
  });

  it('is nothing where the disk fails', async () => {
    const master = await filled();
    master.host.kill();
    await master.open();
    master.host.disk.faults.fail({ call: 'readAt', systemCode: 'EIO', path: (path) => path.includes('/commitlog/') });
    expect(master.source.read(10, 100)).toBeUndefined();
    expect(master.host.log.entries.at(-1)?.message).toMatch(/for a replica failed/);
    expect(master.source.read(10, 100)?.length).toBe(100);
  });
});
