import type { Disk, DiskFile } from '@rocketmq-ts/kernel';
import { GUARD_SLOTS, guardSlotPosition, SIDE_FILE_SIZE, sideSlotPosition } from '../format/tail-guard-layout.ts';
import { parentOf } from '../format/paths.ts';
import type { SegmentFile } from '../segment/segment-file.ts';
import type { FinishedGuards } from './finished-guards.ts';

/**
 * Where the guards of the log's tail stand. A master puts them into the log file itself, so that one datasync covers
 * both; a slave, whose log files hold its master's bytes and nothing else, into a file of their own.
 */
export interface GuardPlace {
  /** Puts a guard into its slot, for a log that ends in `segment`. @throws DiskError */
  write(segment: SegmentFile, slot: number, bytes: Buffer): void;
  /** Makes durable what stands outside of the log's files; goes with each datasync of the log. @throws DiskError */
  datasync(): Promise<void>;
  /** At the end of a run, when the checkpoint says everything: leaves nothing that Java would not leave. @throws DiskError */
  leave(): Promise<void>;
  close(): void;
}

/** In the last sectors of the log file in which the log ends. */
export class LogFileGuards implements GuardPlace {
  readonly #finished: FinishedGuards;

  constructor(finished: FinishedGuards) {
    this.#finished = finished;
  }

  write(segment: SegmentFile, slot: number, bytes: Buffer): void {
    this.#finished.note(segment);
    segment.writeAt(segment.baseOffset + guardSlotPosition(segment.sizeBytes, slot), bytes, 0, bytes.length);
  }

  datasync(): Promise<void> {
    return Promise.resolve();
  }

  /** The last file's guards go with whatever lies behind the log's end. */
  leave(): Promise<void> {
    return Promise.resolve();
  }

  close(): void {}
}

/** In a file of their own, in the store's root. While it exists, guards in log files count for nothing. */
export class SideFileGuards implements GuardPlace {
  readonly #disk: Disk;
  readonly #file: DiskFile;

  private constructor(disk: Disk, file: DiskFile) {
    this.#disk = disk;
    this.#file = file;
  }

  /** Without guards: to be opened when the checkpoint says all that those of the last run said. @throws DiskError */
  static async open(disk: Disk, path: string): Promise<SideFileGuards> {
    const file = disk.exists(path) ? disk.open(path, 'readwrite') : disk.create(path, SIDE_FILE_SIZE);
    file.truncate(0);
    file.truncate(SIDE_FILE_SIZE);
    await disk.syncDir(parentOf(path));
    return new SideFileGuards(disk, file);
  }

  /** A master has no such file. Durable when it resolves, before a guard goes into a log file. @throws DiskError */
  static async remove(disk: Disk, path: string): Promise<void> {
    if (!disk.exists(path)) return;
    await disk.remove(path);
    await disk.syncDir(parentOf(path));
  }

  write(_segment: SegmentFile, slot: number, bytes: Buffer): void {
    this.#file.writeAt(sideSlotPosition(slot), bytes, 0, bytes.length);
  }

  datasync(): Promise<void> {
    return this.#file.datasync();
  }

  async leave(): Promise<void> {
    this.#file.close();
    await SideFileGuards.remove(this.#disk, this.#file.path);
  }

  close(): void {
    this.#file.close();
  }
}

/** What stands in the slots of a side file; undefined when there is none. @throws DiskError */
export function readSideSlots(disk: Disk, path: string): Buffer[] | undefined {
  if (!disk.exists(path)) return undefined;
  const file = disk.open(path, 'read');
  const bytes = Buffer.alloc(SIDE_FILE_SIZE);
  file.readAt(0, bytes, 0, bytes.length);
  file.close();
  return Array.from({ length: GUARD_SLOTS }, (_, slot) => bytes.subarray(sideSlotPosition(slot)));
}
