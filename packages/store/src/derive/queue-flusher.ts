/**
 * Brings units from memory to the files, in the order in which queues became dirty and a bounded number at a time:
 * with ten thousand busy queues a write for each of them every second would cost more than the messages do. What is not
 * written when the process ends is derived again.
 */
import { type Disk, DiskError, type Log } from '@rocketmq-ts/kernel';
import { UNIT_SIZE } from '../format/consume-queue-unit.ts';
import { parentOf } from '../format/paths.ts';
import type { ConsumeQueue } from './consume-queue.ts';

/** Fewer than Node has threads for: the commit log's sync must find one free. */
const SYNCS_AT_ONCE = 2;

export class QueueFlusher {
  readonly #log: Log;
  readonly #disk: Disk;
  /** First come, first written; those before `#next` are done. */
  #dirty: ConsumeQueue[] = [];
  #next = 0;
  #unsynced = new Set<ConsumeQueue>();
  /** Written in the last round; quiet since, they give their memory back. */
  #cooling: ConsumeQueue[] = [];
  /** The last write failed, with this. */
  failure: DiskError | undefined;

  constructor(log: Log, disk: Disk) {
    this.#log = log;
    this.#disk = disk;
  }

  /** `physicalOffset`: of the record whose unit is the first that waits. Rises from call to call. */
  add(queue: ConsumeQueue, physicalOffset: number): void {
    queue.isDirty = true;
    queue.dirtyFrom = physicalOffset;
    this.#dirty.push(queue);
  }

  /** Its units are in the file, but nobody has said that they are durable. */
  addUnsynced(queue: ConsumeQueue): void {
    this.#unsynced.add(queue);
  }

  /** At least one queue waits. */
  get isDirty(): boolean {
    return this.#next < this.#dirty.length;
  }

  /** No unit of a record before this place waits; Infinity when none waits at all. */
  get waitingFrom(): number {
    return this.#dirty[this.#next]?.dirtyFrom ?? Infinity;
  }

  /** Writes the queues that wait longest. False when none waits or the disk refuses. */
  writeSome(countMax: number): boolean {
    for (let count = 0; count < countMax && this.#next < this.#dirty.length; count++) {
      const queue = this.#dirty[this.#next] as ConsumeQueue;
      if (!this.write(queue)) return false;
      queue.isDirty = false;
      this.#cooling.push(queue);
      this.#next++;
    }
    if (this.#next === this.#dirty.length) {
      this.#dirty = [];
      this.#next = 0;
    }
    return this.isDirty;
  }

  /** Writes one queue at once, because its memory is full. */
  write(queue: ConsumeQueue): boolean {
    try {
      queue.write();
      this.#unsynced.add(queue);
      this.failure = undefined;
      return true;
    } catch (error) {
      if (!(error instanceof DiskError)) throw error;
      if (this.failure === undefined)
        this.#log.error('A consume queue cannot be written; it is kept in memory and tried again.', { error });
      this.failure = error;
      return false;
    }
  }

  /** Frees the memory of queues that have been quiet since the last call. */
  releaseQuiet(): void {
    for (const queue of this.#cooling) if (!queue.isDirty) queue.releaseTail();
    this.#cooling = [];
  }

  /** Makes durable what is written now. @throws DiskError; what failed is not tried again by itself */
  async datasync(): Promise<void> {
    const queues = [...this.#unsynced];
    this.#unsynced = new Set();
    const folders = new Set<string>();
    let next = 0;
    const lane = async (): Promise<void> => {
      for (let queue = queues[next++]; queue !== undefined; queue = queues[next++]) await syncQueue(queue, folders);
    };
    await Promise.all(Array.from({ length: SYNCS_AT_ONCE }, lane));
    for (const folder of folders) await this.#disk.syncDir(folder);
  }
}

/** Adds to `folders` where names are new. */
async function syncQueue(queue: ConsumeQueue, folders: Set<string>): Promise<void> {
  const { writtenUnit, writtenPhysicalOffset, files } = queue;
  if (files.hasNewNames) {
    files.hasNewNames = false;
    const topicFolder = parentOf(files.folder);
    folders.add(files.folder).add(topicFolder).add(parentOf(topicFolder));
  }
  const firstBase = files.baseOf(Math.max(0, queue.syncedUnit - 1) * UNIT_SIZE);
  for (let base = firstBase; base < writtenUnit * UNIT_SIZE; base += files.fileSize) await files.open(base)?.datasync();
  // Not if it was cut meanwhile.
  if (writtenUnit <= queue.writtenUnit) queue.markSynced(writtenUnit, writtenPhysicalOffset);
}
