import type { SimDisk } from '@rocketmq-ts/kernel/sim';
import { LOG_FILE_BYTES } from './settings.ts';

const MESSAGE_MAGIC = 0xdaa320a7 | 0;
const BLANK_MAGIC = 0xcbd43194 | 0;
const BLANK_HEAD_BYTES = 8;
const FOLDER = '/store/commitlog';

/** A commit log as it lies on a disk: its records by physical offset, blanks by their heads, nothing of what lies behind. */
export interface LogFiles {
  readonly start: number;
  readonly end: number;
  readonly records: ReadonlyMap<number, Buffer>;
}

/** Reads the files without any broker's help; ends at the first place where no record begins. */
export function readLogFiles(disk: SimDisk): LogFiles {
  const records = new Map<number, Buffer>();
  const bases = disk.files(FOLDER).map((path) => Number(path.slice(FOLDER.length + 1)));
  const start = bases[0] ?? 0;
  let end = start;
  for (const base of bases) {
    if (base !== end) break;
    end = readFile(disk, base, records);
    if (end !== base + LOG_FILE_BYTES) break;
  }
  return { start, end, records };
}

/** The end of the records in the file at `base`: its own end when a blank fills it up. */
function readFile(disk: SimDisk, base: number, records: Map<number, Buffer>): number {
  const bytes = disk.readFile(`${FOLDER}/${base.toString().padStart(20, '0')}`);
  let at = 0;
  while (at + BLANK_HEAD_BYTES <= bytes.length) {
    const size = bytes.readInt32BE(at);
    const magic = bytes.readInt32BE(at + 4);
    if (size < BLANK_HEAD_BYTES || at + size > bytes.length || (magic !== MESSAGE_MAGIC && magic !== BLANK_MAGIC)) break;
    records.set(base + at, bytes.subarray(at, magic === BLANK_MAGIC ? at + BLANK_HEAD_BYTES : at + size));
    at += size;
  }
  return base + at;
}

/** Why the slave's log is not a prefix of the master's, byte by byte; undefined when it is. */
export function whyNotPrefix(slave: LogFiles, master: LogFiles): string | undefined {
  if (slave.end > master.end) return `the slave's log ends at ${slave.end}, the master's at ${master.end}`;
  for (const [offset, record] of slave.records) {
    if (offset < master.start) continue;
    const other = master.records.get(offset);
    if (other === undefined) return `at ${offset} the slave has a record and the master has none`;
    if (other.equals(record)) continue;
    let at = 0;
    while (other[at] === record[at]) at += 1;
    return `the logs differ from byte ${offset + at} on`;
  }
  return undefined;
}
