/** Commit logs as files: where one ends, and whether another is a prefix of it, byte by byte. */
import { closeSync, openSync, readSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const BLANK_MAGIC = 0xcbd43194 | 0;
const CHUNK_BYTES = 1 << 18;

/** Of a broker that has written no record with a size that says so. */
const NO_RECORD = 0;

export class LogFiles {
  readonly #folder: string;
  readonly fileSize: number;

  constructor(storeRoot: string, fileSize: number) {
    this.#folder = join(storeRoot, 'commitlog');
    this.fileSize = fileSize;
  }

  /** Physical offsets at which files begin, ascending. */
  get fileStarts(): number[] {
    return readdirSync(this.#folder)
      .filter((name) => /^\d{20}$/.test(name))
      .map(Number)
      .sort((a, b) => a - b);
  }

  /** One file's bytes from `start` on; what is not there reads as short. */
  read(start: number, length: number): Buffer {
    const fileStart = start - (start % this.fileSize);
    const bytes = Buffer.alloc(length);
    const file = openSync(join(this.#folder, String(fileStart).padStart(20, '0')), 'r');
    try {
      return bytes.subarray(0, readSync(file, bytes, 0, length, start - fileStart));
    } finally {
      closeSync(file);
    }
  }

  /** Where the records of the file that begins at `fileStart` end; a blank at the file's end is no record. */
  recordsEnd(fileStart: number): number {
    const bytes = this.read(fileStart, this.fileSize);
    let at = 0;
    while (at + 8 <= bytes.length && bytes.readInt32BE(at) !== NO_RECORD && bytes.readInt32BE(at + 4) !== BLANK_MAGIC) at += bytes.readInt32BE(at);
    return fileStart + at;
  }

  /** End of the last record in the files, which a broker that is gone has left. */
  get end(): number {
    return this.recordsEnd(this.fileStarts.at(-1) ?? 0);
  }
}

export interface Difference {
  readonly physicalOffset: number;
  /** Behind the blank that fills a file Java's content is undefined, and ours holds guards until a checkpoint covers them. */
  readonly isBehindBlank: boolean;
}

/** The first difference of two logs in [from, to) within each file, files that `left` does not have left out. */
export function differences(left: LogFiles, right: LogFiles, from: number, to: number): Difference[] {
  const found: Difference[] = [];
  for (const fileStart of left.fileStarts) {
    const begin = Math.max(from, fileStart);
    const end = Math.min(to, fileStart + left.fileSize);
    const physicalOffset = begin < end ? firstDifference(left, right, begin, end) : undefined;
    if (physicalOffset === undefined) continue;
    found.push({ physicalOffset, isBehindBlank: physicalOffset >= left.recordsEnd(fileStart) + 8 });
  }
  return found;
}

function firstDifference(left: LogFiles, right: LogFiles, begin: number, end: number): number | undefined {
  for (let at = begin; at < end; at += CHUNK_BYTES) {
    const length = Math.min(CHUNK_BYTES, end - at);
    const [one, other] = [left.read(at, length), right.read(at, length)];
    if (one.equals(other) && one.length === length) continue;
    const index = one.findIndex((byte, i) => byte !== other[i]);
    return at + (index < 0 ? Math.min(one.length, other.length) : index);
  }
  return undefined;
}
