import { DiskError, type Log } from '@rocketmq-ts/kernel';
import type { LogSource, ReadRoom } from '../replicate/log-ports.ts';
import type { SegmentSet } from '../segment/segment-set.ts';
import type { Watermarks } from '../watermarks.ts';
import type { LogBytes } from './log-bytes.ts';

export interface CommitLogSourceParts {
  readonly segments: SegmentSet;
  readonly marks: Watermarks;
  readonly bytes: LogBytes;
  readonly log: Log;
  /** SYNC_FLUSH: a replica has nothing that this machine could lose. */
  readonly sendsFlushedOnly: boolean;
}

/** The log for those who follow it. */
export class CommitLogSource implements LogSource {
  readonly #parts: CommitLogSourceParts;

  constructor(parts: CommitLogSourceParts) {
    this.#parts = parts;
  }

  get minOffset(): number {
    return this.#parts.segments.first?.baseOffset ?? 0;
  }

  get end(): number {
    const { marks, sendsFlushedOnly } = this.#parts;
    return sendsFlushedOnly ? marks.flushed : marks.written;
  }

  get lastFileOffset(): number {
    // At the end of a file the next one may not be there yet.
    return this.#parts.segments.find(this.end)?.baseOffset ?? this.end;
  }

  read(physicalOffset: number, sizeBytesMax: number, room?: ReadRoom): Buffer | undefined {
    try {
      return this.#parts.bytes.read(physicalOffset, sizeBytesMax, this.end, room);
    } catch (error) {
      if (!(error instanceof DiskError)) throw error;
      this.#parts.log.error('Reading the commit log for a replica failed.', { physicalOffset, error });
      return undefined;
    }
  }

  keep(from: number, end: number): void {
    this.#parts.bytes.keep(from, end);
  }
}
