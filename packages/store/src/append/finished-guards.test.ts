import { createSimulation } from '@rocketmq-ts/kernel/sim';
import { describe, expect, it } from 'vitest';
import { SeamStore } from '../../test/store-pair.ts';
import { decodeGuard, GUARD_SIZE, GUARD_SLOTS, guardSlotPosition } from '../format/tail-guard-layout.ts';

const SIZE = 16 * 1024;

/** Base offsets of files that hold guards. */
function guardedFiles(store: SeamStore): number[] {
  const names = store.host.disk.files(store.folder).sort();
  return names.filter((name) => guardsOf(store.host.disk.readFile(name)) > 0).map((name) => Number(name.slice(-20)));
}

function guardsOf(file: Buffer): number {
  let count = 0;
  for (let slot = 0; slot < GUARD_SLOTS; slot++) {
    const at = guardSlotPosition(file.length, slot);
    if (decodeGuard(file.subarray(at, at + GUARD_SIZE)) !== undefined) count += 1;
  }
  return count;
}

async function fill(master: SeamStore, files: number, pauseMs = 1): Promise<void> {
  const end = master.store.admin.maxPhysicalOffset + files * SIZE;
  while (master.store.admin.maxPhysicalOffset < end) {
    master.send({ body: Buffer.alloc(1500) });
    await master.simulation.runFor(pauseMs);
  }
}

const everyFlush = { flushIntervalCommitLog: 10, flushCommitLogLeastPages: 0 } as const;

describe('guards of finished files', () => {
  it('are zeroed when a checkpoint has left the file; the last file’s stay', async () => {
    const master = await SeamStore.open(everyFlush);
    await fill(master, 3);
    expect(guardedFiles(master)).toEqual([0, SIZE, 2 * SIZE, 3 * SIZE]);
    await master.simulation.runFor(1100);
    expect(guardedFiles(master)).toEqual([3 * SIZE]);
    await master.stop();
    expect(guardedFiles(master)).toEqual([]);
  });

  it('stay as long as no checkpoint covers the file', async () => {
    const master = await SeamStore.open(everyFlush);
    master.host.disk.faults.fail({ call: 'datasync', systemCode: 'EIO', path: (path) => path.endsWith('/checkpoint') });
    await fill(master, 3);
    await master.simulation.runFor(5000);
    expect(guardedFiles(master)).toEqual([0, SIZE, 2 * SIZE, 3 * SIZE]);
  });

  it.each(['kill', 'crash'] as const)('that a %s has left are zeroed by the next run', async (death) => {
    for (let nth = 1; nth < 12; nth++) {
      const master = await SeamStore.open(everyFlush, 'm', createSimulation(nth));
      await fill(master, 4);
      // In the middle of the update that would zero them.
      master.host.disk.faults.dieAt(nth, death);
      await master.simulation.runFor(1100);
      master.host.disk.faults.clear();
      await master.open();
      await master.simulation.runFor(1100);
      const { maxPhysicalOffset } = master.store.admin;
      expect(guardedFiles(master).filter((base) => base + SIZE <= maxPhysicalOffset)).toEqual([]);
    }
  });

  it('are none of a record’s: what Java put into the last sectors stays', async () => {
    // A file that is filled to its end with records, as Java's are.
    const replica = await SeamStore.open({ ...everyFlush, brokerRole: 'SLAVE' }, 's');
    const master = await SeamStore.open({ mappedFileSizeCommitLog: 4 * SIZE }, 'm', replica.simulation);
    while (master.store.admin.maxPhysicalOffset < SIZE - 200) master.send({ body: Buffer.alloc(100, 'rmqG') }, false);
    await replica.simulation.runFor(1);
    const log = Buffer.from(master.source.read(0, SIZE) ?? []);
    const end = master.source.end;
    expect(replica.tail.take(log)).toBeUndefined();
    await replica.simulation.runFor(1);
    await replica.stop();

    await replica.open({ brokerRole: 'ASYNC_MASTER' });
    await fill(replica, 2);
    await replica.simulation.runFor(1100);
    expect(replica.files(end).equals(log)).toBe(true);
    expect(guardedFiles(replica)).toEqual([3 * SIZE]);
    expect(replica.source.read(0, end)?.equals(log)).toBe(true);
  });
});
