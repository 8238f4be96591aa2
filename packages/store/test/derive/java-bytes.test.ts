import { readdirSync, readFileSync } from 'node:fs';
import { silentLog } from '@rocketmq-ts/kernel';
import { describe, expect, it } from 'vitest';
import { CommitLogReader } from '../../src/log/commit-log-reader.ts';
import { HotTail } from '../../src/log/hot-tail.ts';
import type { LogReader } from '../../src/log-reader.ts';
import { loadSegments } from '../../src/segment/load-segments.ts';
import { Watermarks } from '../../src/watermarks.ts';
import { ROOT, World } from './world.ts';

/** Stores written by Java 4.6.0, with what they were written with. */
const STORES = [
  { name: 'odd', url: new URL('golden/odd/', import.meta.url), mappedFileSizeCommitLog: 4096, mappedFileSizeConsumeQueue: 200, maxHashSlotNum: 7, maxIndexNum: 20 },
  { name: 'headless', url: new URL('golden/headless/', import.meta.url), mappedFileSizeCommitLog: 4096, mappedFileSizeConsumeQueue: 200, maxHashSlotNum: 7, maxIndexNum: 1000 },
  {
    name: 'store',
    url: new URL('../golden/store/root/', import.meta.url),
    mappedFileSizeCommitLog: 32_768,
    mappedFileSizeConsumeQueue: 400,
    maxHashSlotNum: 53,
    maxIndexNum: 200,
  },
];

interface JavaFile {
  readonly path: string;
  readonly bytes: Buffer;
}

function javaFiles(url: URL, folder: string): JavaFile[] {
  return readdirSync(new URL(folder, url), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}/${entry.name}`)
    .map((path) => ({ path: path.slice(decodeURIComponent(url.pathname).length).replace(/\/+/g, '/'), bytes: readFileSync(path) }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

function put(world: World, files: readonly JavaFile[]): void {
  const { disk } = world.host.env;
  for (const { path, bytes } of files) {
    disk.makeDir(`${ROOT}/${path.slice(0, path.lastIndexOf('/'))}`);
    const file = disk.create(`${ROOT}/${path}`, bytes.length);
    file.writeAt(0, bytes, 0, bytes.length);
    file.close();
  }
}

function openLog(world: World): LogReader {
  const { env } = world.host;
  const { set } = loadSegments(env.disk, silentLog, `${ROOT}/commitlog`, world.options.mappedFileSizeCommitLog);
  const marks = new Watermarks();
  const reader = new CommitLogReader({ segments: set, hotTail: new HotTail(1 << 20), marks, log: silentLog, readsFlushedOnly: false });
  // The end as recovery would find it: behind the last whole record.
  marks.start((set.last?.baseOffset ?? 0) + world.options.mappedFileSizeCommitLog);
  const cursor = reader.cursor(set.first?.baseOffset ?? 0);
  let end = 0;
  for (let record = cursor.next(); record !== undefined; record = cursor.next()) end = record.physicalOffset + record.sizeBytes;
  const found = new Watermarks();
  found.start(end);
  return new CommitLogReader({ segments: set, hotTail: new HotTail(1 << 20), marks: found, log: silentLog, readsFlushedOnly: false });
}

describe.each(STORES)('the store "$name" of Java 4.6.0', ({ url, name: _name, ...options }) => {
  const commitLog = javaFiles(url, 'commitlog');
  const queues = javaFiles(url, 'consumequeue');
  const indexes = javaFiles(url, 'index');

  it('has consume queues whose bytes we derive from its log', async () => {
    const world = new World(1, options);
    put(world, commitLog);
    await world.openAndCatchUp(openLog(world));
    await world.close();
    for (const { path, bytes } of queues) expect(world.read(path).toString('hex'), path).toBe(bytes.toString('hex'));
    expect(queues.length).toBeGreaterThan(2);
  });

  it('has index files whose bytes we derive from its log', async () => {
    const world = new World(2, options);
    put(world, commitLog);
    await world.openAndCatchUp(openLog(world));
    await world.close();
    const ours = world.list('index').map((name) => world.read(`index/${name}`).toString('hex'));
    expect(ours).toEqual(indexes.map(({ bytes }) => bytes.toString('hex')));
  });

  it('is taken over as it is after a clean stop', async () => {
    const world = new World(3, options);
    put(world, [...commitLog, ...queues, ...indexes]);
    const log = openLog(world);
    const derived = await world.open(log);
    expect(derived.derivedOffset).toBe(log.readableEnd);
    derived.derive(Infinity, undefined);
    await world.close();
    for (const { path, bytes } of [...queues, ...indexes]) expect(world.read(path).equals(bytes), path).toBe(true);
  });

  it('is compared with its log after an unclean stop, and stays as it is', async () => {
    const world = new World(4, options);
    put(world, [...commitLog, ...queues, ...indexes]);
    const log = openLog(world);
    world.exitedNormally = false;
    const derived = await world.open(log);
    expect(derived.derivedOffset).toBe(log.minOffset);
    while (derived.derive(1000, undefined));
    await world.close();
    for (const { path, bytes } of [...queues, ...indexes]) expect(world.read(path).equals(bytes), path).toBe(true);
  });
});
