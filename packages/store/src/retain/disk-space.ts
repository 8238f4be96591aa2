import { type Disk, DiskError, type Log } from '@rocketmq-ts/kernel';
import type { StoreOptions } from '../ports.ts';
import type { Writeability } from '../writeability.ts';

export type DiskSpaceOptions = Pick<StoreOptions, 'storePathRootDir' | 'storePathCommitLog' | 'diskMaxUsedSpaceRatio' | 'diskSpaceWarningLevelRatio' | 'diskSpaceCleanForciblyRatio'>;

export interface DiskSpaceParts {
  readonly disk: Disk;
  readonly log: Log;
  readonly writeability: Writeability;
  readonly options: DiskSpaceOptions;
}

/**
 * How full the disks of the commit log and of the consume queues are, and what follows:
 *
 *   above diskMaxUsedSpaceRatio (75 %)    files are deleted at any hour, by age
 *   above diskSpaceCleanForciblyRatio     … whatever their age
 *   above diskSpaceWarningLevelRatio      … and sends are refused until it is below again
 *
 * Java differs: a consume queue disk with room takes back the refusal that the commit log's disk called for.
 */
export class DiskSpace {
  readonly #parts: DiskSpaceParts;
  #commitLogRatio = 0;
  #consumeQueueRatio = 0;

  constructor(parts: DiskSpaceParts) {
    this.#parts = parts;
  }

  get commitLogRatio(): number {
    return this.#commitLogRatio;
  }

  get consumeQueueRatio(): number {
    return this.#consumeQueueRatio;
  }

  get needsSpace(): boolean {
    return this.#fullest > this.#parts.options.diskMaxUsedSpaceRatio / 100;
  }

  get needsSpaceAtOnce(): boolean {
    return this.#fullest > this.#parts.options.diskSpaceCleanForciblyRatio;
  }

  /** Looks again. A disk that does not tell keeps its last figure. */
  look(): void {
    const { options, writeability, log } = this.#parts;
    this.#commitLogRatio = this.#ratioOf(options.storePathCommitLog, this.#commitLogRatio);
    this.#consumeQueueRatio = this.#ratioOf(options.storePathRootDir, this.#consumeQueueRatio);
    const isFull = this.#fullest > options.diskSpaceWarningLevelRatio;
    const percent = `${(this.#fullest * 100).toFixed(1)} %`;
    if (isFull) {
      if (!writeability.has('disk-full')) log.error('The disk is nearly full; sends are refused until there is room.', { used: percent, path: options.storePathCommitLog });
      writeability.refuse('disk-full', `The disk is nearly full (${percent} used).`);
    } else if (writeability.has('disk-full')) {
      writeability.allow('disk-full');
      log.info('The disk has room again; sends are taken.', { used: percent });
    }
  }

  get #fullest(): number {
    return Math.max(this.#commitLogRatio, this.#consumeQueueRatio);
  }

  #ratioOf(path: string, last: number): number {
    try {
      const { totalBytes, freeBytes } = this.#parts.disk.usage(path);
      return totalBytes > 0 ? (totalBytes - freeBytes) / totalBytes : last;
    } catch (error) {
      if (!(error instanceof DiskError)) throw error;
      this.#parts.log.warn('The disk does not tell how full it is.', { path, error });
      return last;
    }
  }
}
