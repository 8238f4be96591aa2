import { readdirSync, readFileSync } from 'node:fs';
import { silentLog } from '@rocketmq-ts/kernel';
import { CommitLogReader } from '../../src/log/commit-log-reader.ts';
import { HotTail } from '../../src/log/hot-tail.ts';
import type { LogReader } from '../../src/log-reader.ts';
import { loadSegments } from '../../src/segment/load-segments.ts';
import { Watermarks } from '../../src/watermarks.ts';
import { ROOT, type World } from './world.ts';

/** A file of a store that Java has written, by its path in the store. */
export interface JavaFile {
  readonly path: string;
  readonly bytes: Buffer;
}

export function javaFiles(url: URL, folder: string): JavaFile[] {
  return readdirSync(new URL(folder, url), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}/${entry.name}`)
    .map((path) => ({ path: path.slice(decodeURIComponent(url.pathname).length).replace(/\/+/g, '/'), bytes: readFileSync(path) }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

export function putFiles(world: World, files: readonly JavaFile[]): void {
  const { disk } = world.host.env;
  for (const { path, bytes } of files) {
    disk.makeDir(`${ROOT}/${path.slice(0, path.lastIndexOf('/'))}`);
    const file = disk.create(`${ROOT}/${path}`, bytes.length);
    file.writeAt(0, bytes, 0, bytes.length);
    file.close();
  }
}

/** The log of a store that lies on the world's disk. */
export function openLog(world: World): LogReader {
  const { env } = world.host;
  const { set } = loadSegments(env.disk, silentLog, `${ROOT}/commitlog`, world.options.mappedFileSizeCommitLog);
  const marks = new Watermarks();
  const reader = new CommitLogReader({ segments: set, hotTail: new HotTail(1 << 20), marks, log: silentLog });
  // The end as recovery would find it: behind the last whole record.
  marks.start((set.last?.baseOffset ?? 0) + world.options.mappedFileSizeCommitLog);
  const cursor = reader.cursor(set.first?.baseOffset ?? 0);
  let end = 0;
  for (let record = cursor.next(); record !== undefined; record = cursor.next()) end = record.physicalOffset + record.sizeBytes;
  const found = new Watermarks();
  found.start(end);
  return new CommitLogReader({ segments: set, hotTail: new HotTail(1 << 20), marks: found, log: silentLog });
}
