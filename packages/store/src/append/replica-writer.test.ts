import { createSeededRandom } from '@rocketmq-ts/kernel';
import { createSimulation } from '@rocketmq-ts/kernel/sim';
import { describe, expect, it } from 'vitest';
import { SeamStore, wholeLog } from '../../test/store-pair.ts';

const SIZE = 16 * 1024;
const BLANK_MAGIC = 0xcbd43194 | 0;

/** A master's log of some files, with records small and large. */
async function mastersLog(seed = 1, count = 60): Promise<Buffer> {
  const random = createSeededRandom(seed);
  const master = await SeamStore.open({}, 'master', createSimulation(seed));
  for (let index = 0; index < count; index++) {
    const size = random.below(6) === 0 ? random.below(6000) : random.below(300);
    master.send({ queueId: index % 3, body: Buffer.alloc(size, `${index} `), key: `${index}` }, false);
    if (random.below(3) === 0) await master.simulation.runFor(1);
  }
  await master.simulation.runFor(1);
  return Buffer.from(wholeLog(master.source));
}

/** As Java leaves it: behind a blank stands anything. */
function withGarbage(log: Buffer): Buffer {
  const java = Buffer.from(log);
  for (let at = 0; at < java.length; ) {
    const size = java.readInt32BE(at);
    if (java.readInt32BE(at + 4) === BLANK_MAGIC) java.fill(0xab, at + 8, at + size);
    at += size;
  }
  return java;
}

function endsOf(log: Buffer): number[] {
  const ends: number[] = [];
  for (let at = 0; at < log.length; ) ends.push((at += log.readInt32BE(at)));
  return ends;
}

function slave(overrides: Parameters<typeof SeamStore.open>[0] = {}): Promise<SeamStore> {
  return SeamStore.open({ brokerRole: 'SLAVE', ...overrides }, 'slave');
}

async function takeAll(replica: SeamStore, log: Buffer, nextSize: () => number): Promise<void> {
  for (let at = replica.tail.receivedEnd; at < log.length; ) {
    const size = nextSize();
    const refusal = replica.tail.take(log.subarray(at, at + size));
    at = Math.min(log.length, at + size);
    if (refusal !== undefined || replica.tail.receivedEnd !== at) throw new Error(`at ${at}: ${refusal?.reason ?? replica.tail.receivedEnd}`);
    if (at % 50 === 0) await replica.simulation.runFor(1);
  }
  await replica.simulation.runFor(1);
}

describe('a replica', () => {
  it('is the same bytes as its master’s log, one byte at a time', async () => {
    const log = await mastersLog(1, 12);
    const replica = await slave();
    await takeAll(replica, log, () => 1);
    expect(replica.files(log.length).equals(log)).toBe(true);
    expect(wholeLog(replica.source).equals(log)).toBe(true);
  });

  it.each(Array.from({ length: 24 }, (_, seed) => seed + 1))('is the same bytes however the stream is cut (seed %i)', async (seed) => {
    const random = createSeededRandom(seed);
    const plain = await mastersLog(seed);
    const log = seed % 2 === 0 ? withGarbage(plain) : plain;
    const replica = await slave();
    const max = [10, 300, 5000, 100_000][random.below(4)] as number;
    await takeAll(replica, log, () => 1 + random.below(max));
    expect(replica.files(log.length).equals(log)).toBe(true);
    expect(wholeLog(replica.source).equals(log)).toBe(true);
    expect(replica.store.admin.derivedOffset).toBe(log.length);
    expect(replica.host.log.entries.filter(({ level }) => level === 'warn' || level === 'error')).toEqual([]);
  });

  it('derives behind what comes fast while it catches up, all of it soon after', async () => {
    const big = { mappedFileSizeCommitLog: 8 * 1024 * 1024 };
    const master = await SeamStore.open(big, 'master');
    for (let index = 0; index < 90; index++) master.send({ body: Buffer.alloc(100_000, `${index}`) }, false);
    await master.simulation.runFor(1);
    const log = Buffer.from(wholeLog(master.source));
    const replica = await slave(big);
    replica.tail.expect(log.length);
    const derived: number[] = [];
    for (let at = 0; at < 8_000_000; at += 1_000_000) {
      replica.tail.take(log.subarray(at, at + 1_000_000));
      await replica.simulation.runFor(10);
      derived.push(replica.store.admin.derivedOffset);
    }
    expect(derived.at(-1)).toBe(0);
    // The master is gone before all of its log has come.
    await replica.simulation.runFor(100);
    expect(replica.store.admin.derivedOffset).toBe(replica.store.admin.maxPhysicalOffset);
    replica.tail.take(log.subarray(replica.tail.receivedEnd));
    await replica.simulation.runFor(100);
    expect(replica.store.admin.derivedOffset).toBe(log.length);
  });

  it('counts whole records only, wherever the stream is cut', async () => {
    const log = await mastersLog(2, 8);
    const ends = [0, ...endsOf(log)];
    const cuts = ends.flatMap((end) => [end - 1, end, end + 1, end + 7, end + 8, end + 9, end + 35, end + 36, end + 90]);
    for (const cut of cuts.filter((one) => one > 0 && one <= log.length)) {
      const replica = await slave();
      replica.tail.take(log.subarray(0, cut));
      await replica.simulation.runFor(1);
      const whole = ends.findLast((end) => end <= cut);
      expect([replica.tail.receivedEnd, replica.tail.reportableEnd, replica.store.admin.maxPhysicalOffset]).toEqual([cut, whole, whole]);
      replica.tail.dropPartial();
      expect(replica.tail.receivedEnd).toBe(whole);
    }
  });

  it('takes records larger than a slab, and blanks of any size', async () => {
    const big = { mappedFileSizeCommitLog: 8 * 1024 * 1024 };
    const master = await SeamStore.open(big, 'master');
    for (const megabytes of [3, 0.1, 3.9, 2, 0.5, 3.5, 3.9]) master.send({ body: Buffer.alloc(megabytes * 1024 * 1024, `${megabytes}`) }, false);
    await master.simulation.runFor(1);
    const log = Buffer.from(wholeLog(master.source));
    for (const chunk of [30_000, 700_000, log.length]) {
      const replica = await slave(big);
      await takeAll(replica, log, () => chunk);
      expect(replica.files(log.length).equals(log)).toBe(true);
    }
  });

  it('does not write the zeros behind a blank', async () => {
    const log = await mastersLog();
    const [blank] = endsOf(log).map((end, index, ends) => ends[index - 1] ?? 0).filter((at) => log.readInt32BE(at + 4) === BLANK_MAGIC) as [number];
    const replica = await slave();
    const before = replica.host.disk.faults.changingCalls;
    replica.tail.take(log.subarray(0, blank));
    await replica.simulation.runUntilIdle();
    const written = replica.host.disk.readFile(`${replica.folder}/${'0'.repeat(20)}`);
    expect(replica.host.disk.faults.changingCalls).toBeGreaterThan(before);
    expect(written.subarray(blank).every((byte) => byte === 0)).toBe(true);
    replica.tail.take(log.subarray(blank, SIZE));
    await replica.simulation.runUntilIdle();
    expect(replica.tail.reportableEnd).toBe(SIZE);
    expect(replica.files(SIZE).equals(log.subarray(0, SIZE))).toBe(true);
  });

  it('reports what is flushed only, under SYNC_FLUSH', async () => {
    const log = await mastersLog(3, 5);
    const replica = await slave({ flushDiskType: 'SYNC_FLUSH' });
    replica.host.disk.syncMs = { min: 5, max: 5 };
    replica.tail.take(log);
    await replica.simulation.runFor(1);
    expect([replica.tail.reportableEnd, replica.source.end]).toEqual([0, 0]);
    await replica.simulation.runFor(30);
    expect([replica.tail.reportableEnd, replica.source.end]).toEqual([log.length, log.length]);
  });
});

describe('what is no log of the master is refused', () => {
  const record = async (): Promise<Buffer> => mastersLog(4, 3);

  it.each<[string, (log: Buffer) => void, RegExp]>([
    ['zeros', (log) => log.fill(0), /No record begins at 0 /],
    ['another magic', (log) => void log.writeInt32BE(0x12345678, 4), /No record begins at 0 .*magic 0x12345678/],
    ['a record without a body', (log) => void log.writeInt32BE(20, 0), /No record begins at 0 .*size 20/],
    ['a negative size', (log) => void log.writeInt32BE(-1, 0), /No record begins at 0 /],
    ['a record of another place', (log) => void log.writeInt32BE(99, 32), /record at 0 .* says that it belongs at 99/],
    ['a record longer than a file', (log) => void log.writeInt32BE(SIZE, 0), /record has 16384 bytes.*mappedFileSizeCommitLog/],
    ['the end of a file of another size', (log) => void (log.writeInt32BE(100, 0), log.writeInt32BE(BLANK_MAGIC, 4)), /a file ends with 100 bytes.*16384 bytes left.*mappedFileSizeCommitLog/],
  ])('%s', async (_what, spoil, reason) => {
    const log = await record();
    spoil(log);
    for (const cut of [1, 5, 36, log.length]) {
      const replica = await slave();
      let refusal;
      for (let at = 0; at < log.length && refusal === undefined; at += cut) refusal = replica.tail.take(log.subarray(at, at + cut));
      expect(refusal?.kind).toBe('not a log');
      expect(refusal?.reason).toMatch(reason);
      expect(replica.tail.receivedEnd).toBe(0);
    }
  });

  it('and what came before it is kept', async () => {
    const log = await mastersLog(5, 4);
    const [, second = 0] = endsOf(log);
    log.writeInt32BE(7, second + 4);
    const replica = await slave();
    expect(replica.tail.take(log)?.reason).toMatch(new RegExp(`No record begins at ${second} `));
    await replica.simulation.runFor(1);
    expect([replica.tail.receivedEnd, replica.tail.reportableEnd]).toEqual([second, second]);
  });
});

describe('an empty replica', () => {
  it('begins at any file', async () => {
    const log = await mastersLog();
    const replica = await slave();
    replica.tail.startAt(2 * SIZE);
    expect([replica.tail.minOffset, replica.tail.receivedEnd, replica.tail.reportableEnd]).toEqual([2 * SIZE, 2 * SIZE, 2 * SIZE]);
    await takeAll(replica, log, () => 900);
    expect(replica.files(log.length).equals(log.subarray(2 * SIZE))).toBe(true);
    expect(replica.store.queues.maxQueueOffset('Topic', 0)).toBe(20);
    replica.host.kill();
    await replica.open();
    expect([replica.tail.minOffset, replica.tail.receivedEnd]).toEqual([2 * SIZE, log.length]);
  });

  it('begins anew as long as it has nothing', async () => {
    const log = await mastersLog();
    const replica = await slave();
    replica.tail.startAt(0);
    expect(replica.tail.take(Buffer.alloc(1))).toBeUndefined();
    replica.tail.dropPartial();
    replica.tail.startAt(SIZE);
    expect(replica.tail.receivedEnd).toBe(SIZE);
    expect(replica.tail.take(log.subarray(SIZE))?.kind).toBe('not writeable');
    await replica.simulation.runUntilIdle();
    await takeAll(replica, log, () => 5000);
    expect(replica.files(log.length).equals(log.subarray(SIZE))).toBe(true);
    expect(replica.host.disk.files(replica.folder)[0]).toMatch(/16384$/);
  });

  it('says so when the master’s files have another size', async () => {
    const replica = await slave();
    replica.tail.startAt(1000);
    expect(replica.tail.take(Buffer.alloc(1))).toMatchObject({ kind: 'not a log', reason: expect.stringMatching(/begins at 1000.*mappedFileSizeCommitLog/) as string });
    replica.tail.startAt(0);
    expect(replica.tail.take(Buffer.alloc(1))).toBeUndefined();
  });
});

describe('a disk that fails while a replica follows', () => {
  it.each(['ENOSPC', 'EIO'])('takes back what is not written; it goes on by itself (%s)', async (systemCode) => {
    const log = await mastersLog(6);
    const ends = endsOf(log);
    const replica = await slave();
    replica.tail.take(log.subarray(0, (ends[3] as number) + 10));
    await replica.simulation.runFor(1);
    replica.host.disk.faults.fail({ call: 'writeAt', systemCode, times: 2, path: (path) => path.includes('/commitlog/') });
    expect(replica.tail.take(log.subarray(replica.tail.receivedEnd, (ends[9] as number) + 30))).toBeUndefined();
    await replica.simulation.runFor(1);
    expect([replica.tail.receivedEnd, replica.tail.reportableEnd]).toEqual([ends[3], ends[3]]);
    expect(replica.tail.take(log.subarray(ends[3]))).toMatchObject({ kind: 'not writeable', reason: expect.stringMatching(systemCode) as string });
    await replica.simulation.runFor(10_000);
    await takeAll(replica, log, () => 3000);
    expect(replica.files(log.length).equals(log)).toBe(true);
  });

  it('takes what fits when the next file cannot be created', async () => {
    const log = await mastersLog(7);
    const replica = await slave();
    replica.tail.take(log.subarray(0, 100));
    replica.host.disk.faults.fail({ call: 'create', systemCode: 'ENOSPC', times: 2, path: (path) => path.includes('/commitlog/') });
    expect(replica.tail.take(log.subarray(100, SIZE + 200))).toMatchObject({ kind: 'not writeable' });
    expect(replica.tail.receivedEnd).toBe(SIZE);
    await replica.simulation.runFor(10_000);
    await takeAll(replica, log, () => 3000);
    expect(replica.files(log.length).equals(log)).toBe(true);
  });

  it('makes nothing of it durable any more after a failed datasync', async () => {
    const log = await mastersLog(8, 6);
    const replica = await slave({ flushDiskType: 'SYNC_FLUSH' });
    replica.host.disk.faults.fail({ call: 'datasync', systemCode: 'EIO', path: (path) => path.endsWith('/tailguards') });
    replica.tail.take(log);
    await replica.simulation.runFor(2000);
    expect(replica.tail.reportableEnd).toBe(0);
    expect(replica.tail.take(log.subarray(replica.tail.receivedEnd))).toMatchObject({ kind: 'not writeable' });
  });
});

describe('the comparison with the master', () => {
  it('finds the first byte that differs, in memory and in files', async () => {
    const log = await mastersLog(9);
    const replica = await slave();
    await takeAll(replica, log, () => 4000);
    for (const isReopened of [false, true]) {
      if (isReopened) {
        replica.host.kill();
        await replica.open();
      }
      for (let from = 1; from < log.length; from += 3001) {
        const bytes = Buffer.from(log.subarray(from, from + 20_000));
        expect(replica.tail.firstDifference(from, bytes)).toBeUndefined();
        const at = Math.floor(bytes.length / 2);
        if (log[from + at] === 0) continue;
        bytes[at] = 0;
        bytes[bytes.length - 1] = (bytes[bytes.length - 1] as number) ^ 1;
        expect(replica.tail.firstDifference(from, bytes)).toBe(from + at);
      }
    }
  });

  it('includes the beginning of a record that is not whole, and nothing behind it', async () => {
    const log = await mastersLog(10, 4);
    const replica = await slave();
    replica.tail.take(log.subarray(0, 150));
    expect(replica.tail.firstDifference(100, log.subarray(100))).toBeUndefined();
    const other = Buffer.from(log);
    other[149] = (other[149] as number) ^ 1;
    other[150] = (other[150] as number) ^ 1;
    expect(replica.tail.firstDifference(100, other.subarray(100))).toBe(149);
    expect(replica.tail.firstDifference(150, other.subarray(150))).toBeUndefined();
  });

  it('takes the place of a guard for equal to anything', async () => {
    const log = await mastersLog(11);
    const replica = await slave();
    await takeAll(replica, log, () => 4000);
    const other = Buffer.from(log);
    // A former master of ours that Java went on with: guards were left in a finished file.
    for (let slot = 1; slot <= 4; slot++) other.fill(0x55, SIZE - slot * 512, SIZE - slot * 512 + 36);
    expect(replica.tail.firstDifference(100, other.subarray(100))).toBeUndefined();
    other[SIZE - 512 + 36] = 1;
    expect(replica.tail.firstDifference(100, other.subarray(100))).toBe(SIZE - 512 + 36);
  });
});
