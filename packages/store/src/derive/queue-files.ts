/**
 * The files of one consume queue: bytes by their position in the queue, whichever file they lie in. A file that is
 * missing reads as zeros and is made when something is written into it. No meaning of units here.
 *
 *   positions  0 … fileSize … 2 × fileSize …
 *   files      [firstBase ─────────────── endBase)
 */
import type { Disk, DiskFile } from '@rocketmq-ts/kernel';
import { join, offsetToFileName } from '../format/paths.ts';
import type { OpenFiles } from './open-files.ts';

/** What all queues of a store share. */
export interface QueueDisk {
  readonly disk: Disk;
  readonly openFiles: OpenFiles;
  readonly consumeQueueDir: string;
  readonly fileSize: number;
}

export interface QueueName {
  readonly topic: string;
  readonly queueId: number;
  /** Unique in this process. */
  readonly number: number;
}

/** More files than one queue can ever have. */
const FILES_MAX = 2 ** 21;

export class QueueFiles {
  readonly #shared: QueueDisk;
  readonly #name: QueueName;
  firstBase = 0;
  endBase = 0;
  /** Names made since the folder was last made durable. */
  hasNewNames = false;
  /** A file behind the last may have been made by the process that died before it could say so. */
  #mayHaveMore = false;

  constructor(shared: QueueDisk, name: QueueName) {
    this.#shared = shared;
    this.#name = name;
  }

  get fileSize(): number {
    return this.#shared.fileSize;
  }

  get isEmpty(): boolean {
    return this.firstBase === this.endBase;
  }

  get folder(): string {
    return join(join(this.#shared.consumeQueueDir, this.#name.topic), String(this.#name.queueId));
  }

  /** Whether the first and the last of these files are there, in their full length. */
  hasOnDisk(firstBase: number, endBase: number): boolean {
    const lastBase = endBase - this.fileSize;
    return this.#isWhole(lastBase) && (lastBase === firstBase || this.#isWhole(firstBase));
  }

  /** Takes files over as the last run said they are. */
  adopt(firstBase: number, endBase: number): void {
    this.firstBase = firstBase;
    this.endBase = endBase;
    this.#mayHaveMore = true;
  }

  baseOf(position: number): number {
    return position - (position % this.fileSize);
  }

  /** Fills `target[at, at + length)`; what no file holds becomes zeros. */
  read(position: number, target: Buffer, at: number, length: number): void {
    for (let done = 0; done < length;) {
      const from = position + done;
      const base = this.baseOf(from);
      const part = Math.min(length - done, base + this.fileSize - from);
      const count = this.open(base)?.readAt(from - base, target, at + done, part) ?? 0;
      if (count < part) target.fill(0, at + done + count, at + done + part);
      done += part;
    }
  }

  /** Writes `source[start, end)`, making files as needed. */
  write(position: number, source: Buffer, start: number, end: number): void {
    for (let at = start; at < end;) {
      const to = position + at - start;
      const base = this.baseOf(to);
      const part = Math.min(end - at, base + this.fileSize - to);
      (this.open(base) ?? this.#create(base)).writeAt(to - base, source, at, at + part);
      at += part;
    }
  }

  /** Makes everything from `position` on read as zeros, in this file and those behind. */
  wipeFrom(position: number): void {
    this.#findMore();
    for (let base = this.baseOf(position); base < this.endBase; base += this.fileSize) {
      const file = this.open(base);
      if (file === undefined) continue;
      file.truncate(Math.max(0, position - base));
      file.truncate(this.fileSize);
    }
  }

  /** The file that starts at this position; undefined when there is none. */
  open(base: number): DiskFile | undefined {
    // A file of this name may still be there, on its way out.
    if (base < this.firstBase || base >= this.endBase) return undefined;
    return this.#shared.openFiles.get(this.#keyOf(base), () => this.#pathOf(base));
  }

  async removeFirst(): Promise<void> {
    const base = this.firstBase;
    this.firstBase += this.fileSize;
    await this.#remove(base);
  }

  async removeAll(): Promise<void> {
    this.#findMore();
    const { firstBase, endBase } = this;
    this.firstBase = 0;
    this.endBase = 0;
    for (let base = firstBase; base < endBase; base += this.fileSize) await this.#remove(base);
    if (this.#shared.disk.list(this.folder).length === 0 && this.#shared.disk.exists(this.folder)) this.#shared.disk.removeDir(this.folder);
  }

  async #remove(base: number): Promise<void> {
    this.#shared.openFiles.close(this.#keyOf(base));
    await this.#shared.disk.remove(this.#pathOf(base));
  }

  #isWhole(base: number): boolean {
    return this.#shared.disk.sizeOf(this.#pathOf(base)) === this.fileSize;
  }

  #findMore(): void {
    if (!this.#mayHaveMore) return;
    this.#mayHaveMore = false;
    while (this.#shared.disk.exists(this.#pathOf(this.endBase))) {
      this.endBase += this.fileSize;
      this.hasNewNames = true;
      const last = this.open(this.endBase - this.fileSize);
      if (last?.sizeBytes() !== this.fileSize) last?.truncate(this.fileSize);
    }
  }

  #create(base: number): DiskFile {
    this.#findMore();
    const found = this.open(base);
    if (found !== undefined) return found;
    this.#shared.disk.makeDir(this.folder);
    const file = this.#shared.openFiles.create(this.#keyOf(base), this.#pathOf(base), this.fileSize);
    if (this.isEmpty) this.firstBase = base;
    this.firstBase = Math.min(this.firstBase, base);
    this.endBase = Math.max(this.endBase, base + this.fileSize);
    this.hasNewNames = true;
    return file;
  }

  #keyOf(base: number): number {
    return this.#name.number * FILES_MAX + base / this.fileSize;
  }

  #pathOf(base: number): string {
    return join(this.folder, offsetToFileName(base));
  }
}
