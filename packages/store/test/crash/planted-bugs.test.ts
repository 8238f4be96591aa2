import type { Disk, DiskFile } from '@rocketmq-ts/kernel';
import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { MessageAppender } from '../../src/ports.ts';
import { type CrashPoint, runCrashPoint } from './crash-point.ts';
import { runReplicaPoint } from './replica-point.ts';
import type { Planted } from './store-life.ts';

/**
 * The crash tests are worth as much as the defects they find: each of these is put in on purpose, and has to be
 * found within a few hundred deaths.
 */
const SEEDS_MAX = 40;

type Run = (point: CrashPoint) => Promise<number>;

function firstFailure(flush: CrashPoint['flush'], death: CrashPoint['death'], planted: Planted): Promise<string | undefined> {
  return firstFailureOf((point) => runCrashPoint(point, planted), flush, death);
}

async function firstFailureOf(run: Run, flush: CrashPoint['flush'], death: CrashPoint['death']): Promise<string | undefined> {
  for (let seed = 1; seed <= SEEDS_MAX; seed++) {
    for (let atCall = 5; atCall < 60; atCall += 5) {
      const point: CrashPoint = { flush, death, seed: seed * 100 + atCall, atCall };
      try {
        await run(point);
      } catch (error) {
        return (error as Error).message;
      }
    }
  }
  return undefined;
}

/** The same file, but for some of its methods. */
function altered(file: DiskFile, change: Partial<DiskFile>): DiskFile {
  return {
    path: file.path,
    sizeBytes: () => file.sizeBytes(),
    modifiedWallMs: () => file.modifiedWallMs(),
    readAt: (position, target, start, length) => file.readAt(position, target, start, length),
    writeAt: (position, source, start, end) => file.writeAt(position, source, start, end),
    datasync: () => file.datasync(),
    truncate: (size) => file.truncate(size),
    close: () => file.close(),
    ...change,
  };
}

/** The same disk, but for some of its methods. */
function alteredDisk(disk: Disk, change: Partial<Disk>): Disk {
  return new Proxy(disk, {
    get(target, name) {
      const value: unknown = Reflect.get(name in change ? change : target, name, name in change ? change : target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}

const isLogFile = (path: string): boolean => path.includes('/commitlog/');

function alteredLogFiles(change: (file: DiskFile) => Partial<DiskFile>): Planted {
  return alteredFiles(isLogFile, change);
}

function alteredFiles(isMeant: (path: string) => boolean, change: (file: DiskFile) => Partial<DiskFile>): Planted {
  const wrap = (file: DiskFile): DiskFile => (isMeant(file.path) ? altered(file, change(file)) : file);
  return { disk: (disk) => alteredDisk(disk, { open: (path, mode) => wrap(disk.open(path, mode)), create: (path, size) => wrap(disk.create(path, size)) }) };
}

const answersBeforeWrite: Planted = {
  appender: (appender): MessageAppender => ({
    append: (message) => appender.append(message),
    appendBatch: (message) => appender.appendBatch(message),
    whenDurable: (_endOffset, _wait, waiter) => waiter.settle('PUT_OK'),
  }),
};
const skipsDirectorySync: Planted = { disk: (disk) => alteredDisk(disk, { syncDir: (folder) => (folder.endsWith('/commitlog') ? Promise.resolve() : disk.syncDir(folder)) }) };
const skipsDatasync = alteredLogFiles(() => ({ datasync: () => Promise.resolve() }));
const answersWrittenAsFlushed: Planted = {
  appender: (appender) => ({
    append: (message) => appender.append(message),
    appendBatch: (message) => appender.appendBatch(message),
    whenDurable: (endOffset, _wait, waiter) => appender.whenDurable(endOffset, false, waiter),
  }),
};
/** Whatever looks like a record is taken for one. */
const ignoresTornRecords: Planted = { recovery: (parts) => ({ ...parts, plan: { ...parts.plan, isTailGuarded: false }, withBodyCrc: false }) };
/** As Java 4.6.0 does: body CRCs are all that is looked at. */
const trustsHeads: Planted = { recovery: (parts) => ({ ...parts, plan: { ...parts.plan, isTailGuarded: false } }) };
/** The note of what consume queues are written says more than is true. */
const promisesTooMuch: Planted = {
  disk: (disk) =>
    alteredDisk(disk, {
      open: (path, mode) => {
        const file = disk.open(path, mode);
        return mode === 'read' && path.endsWith('derivedwritten') ? altered(file, { readAt: (...where) => withMore(where[1] as Buffer, file.readAt(...where)) }) : file;
      },
    }),
};
/** What a crash left behind the end is not cleared away. */
const leavesTornTail = alteredLogFiles(() => ({ truncate: () => {} }));

/** A `derivedwritten` whose first offset is greater by some records; with a sound CRC. */
function withMore(mark: Buffer, count: number): number {
  const size = mark.readUInt32BE(8);
  if (size === 0 || size > count) return count;
  mark.writeBigInt64BE(mark.readBigInt64BE(12) + 1000n, 12);
  mark.writeUInt32BE(crc32(mark.subarray(8, size)) & 0x7fffffff, 4);
  return count;
}

describe('the crash tests find', () => {
  it('an answer before the write', async () => {
    expect(await firstFailure('ASYNC_FLUSH', 'kill', answersBeforeWrite)).toMatch(/is lost/);
  });

  it('an answer to a waiting sender before the datasync', async () => {
    expect(await firstFailure('SYNC_FLUSH', 'crash', answersWrittenAsFlushed)).toMatch(/is lost/);
  });

  it('a skipped datasync', async () => {
    expect(await firstFailure('SYNC_FLUSH', 'crash', skipsDatasync)).toMatch(/is lost|OFFSET|at \d+ is/);
  });

  it('a skipped sync of the directory', async () => {
    expect(await firstFailure('SYNC_FLUSH', 'crash', skipsDirectorySync)).toMatch(/is lost/);
  });

  it('a torn record that recovery ignores', async () => {
    expect(await firstFailure('ASYNC_FLUSH', 'crash', ignoresTornRecords)).toBeDefined();
  });

  it('a torn record whose body is whole', async () => {
    expect(await firstFailure('ASYNC_FLUSH', 'crash', trustsHeads)).toBeDefined();
  });

  it('a torn tail that is left in the file', async () => {
    expect(await firstFailure('ASYNC_FLUSH', 'crash', leavesTornTail)).toMatch(/more than zeros/);
  });

  it('a note of written queues that promises too much', async () => {
    expect(await firstFailure('ASYNC_FLUSH', 'kill', promisesTooMuch)).toBeDefined();
  });

  it('guards of a replica that are not made durable with its log', async () => {
    const skipsGuards = alteredFiles(
      (path) => path.endsWith('/tailguards'),
      () => ({ datasync: () => Promise.resolve() }),
    );
    expect(await firstFailureOf((point) => runReplicaPoint({ role: 'SLAVE', ...point }, skipsGuards.disk), 'SYNC_FLUSH', 'crash')).toMatch(/was reported/);
  });

  it('a log of a replica that is not made durable', async () => {
    expect(await firstFailureOf((point) => runReplicaPoint({ role: 'SLAVE', ...point }, skipsDatasync.disk), 'SYNC_FLUSH', 'crash')).toMatch(/was reported/);
  });

  it('nothing where nothing is planted', async () => {
    expect(await firstFailure('ASYNC_FLUSH', 'crash', { disk: (disk) => alteredDisk(disk, {}) })).toBeUndefined();
  });

  it('and say how to see it again', async () => {
    const message = await firstFailure('SYNC_FLUSH', 'kill', answersBeforeWrite);
    expect(message).toMatch(/replay: CRASH_POINT='\{"flush":"SYNC_FLUSH","death":"kill","seed":\d+,"atCall":\d+\}' npx vitest run packages\/store\/test\/crash\/replay.test.ts/);
  });
});
