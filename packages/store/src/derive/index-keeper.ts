/**
 * The index of an open store, which may not be open itself yet: after an exit that was not in order its slots are built
 * anew from its entries, and sends do not wait for that. Meanwhile its files are read as they were found; what comes
 * into the log is indexed afterwards.
 */
import { type Env, RmqError } from '@rocketmq-ts/kernel';
import { detach } from '../detached.ts';
import type { KeyFinder } from '../read/query-by-key.ts';
import type { IndexInUse } from './derived-ends.ts';
import type { Deriver } from './deriver.ts';
import type { IndexTable } from './index-table.ts';
import { type IndexRebuild, isListed, type OpenedIndex } from './open-index.ts';

/** A start is over by then, also on a busy machine. */
const FIRST_PAUSE_MS = 500;
/** Between two steps of building slots anew, each of some milliseconds: most of the time is the sends'. */
const STEP_PAUSE_MS = 10;

export interface IndexKeeperParts {
  readonly env: Env;
  readonly deriver: Deriver;
  readonly finder: KeyFinder;
  /** What `derivedends` says of the index. */
  readonly known: IndexInUse;
  /** Makes `derivedends` say something else of it. */
  readonly putOnRecord: (inUse: IndexInUse) => Promise<void>;
}

export class IndexKeeper {
  readonly #parts: IndexKeeperParts;
  /** Undefined: not open yet, or none is kept. */
  table: IndexTable | undefined;
  /** Resolves when it is open, or never will be. */
  opened: Promise<void> = Promise.resolve();
  /** Why it could not be opened. Nothing is lost; the next start tries again. */
  failure: RmqError | undefined;
  /** Records from here on were taken back while it was not open. */
  #truncatedTo = Infinity;

  constructor(parts: IndexKeeperParts, table: IndexTable | undefined) {
    this.#parts = parts;
    this.table = table;
    parts.finder.useIndex(table);
  }

  get inUse(): IndexInUse {
    return this.table?.inUse ?? this.#parts.known;
  }

  /** @param onOpen told from where on the log is indexed */
  openBehind(rebuild: IndexRebuild, onOpen: (resumeAt: number) => void): void {
    this.#parts.finder.useIndex(rebuild.asFound);
    this.opened = this.#open(rebuild, onOpen);
    detach(this.#parts.env.timers, this.opened);
  }

  truncateTo(physicalOffset: number): void {
    if (this.table === undefined) this.#truncatedTo = Math.min(this.#truncatedTo, physicalOffset);
    else this.table.truncateTo(physicalOffset);
  }

  async #open(rebuild: IndexRebuild, onOpen: (resumeAt: number) => void): Promise<void> {
    const { env, deriver, finder, known, putOnRecord } = this.#parts;
    let opened: OpenedIndex;
    try {
      await this.#pause(FIRST_PAUSE_MS);
      opened = await rebuild.run(() => this.#pause(STEP_PAUSE_MS));
      if (!isListed(opened.table.inUse, known)) await putOnRecord(opened.table.inUse);
      if (this.#truncatedTo < Infinity) opened.table.truncateTo(this.#truncatedTo);
    } catch (error) {
      if (!(error instanceof RmqError)) throw error;
      this.failure = error;
      env.log.error('The index cannot be opened: newer messages are not found by key until the next start, which tries again.', { error });
      return;
    }
    const { table } = opened;
    const resumeAt = Math.min(opened.resumeAt, this.#truncatedTo);
    rebuild.asFound.close();
    this.table = table;
    finder.useIndex(table);
    deriver.takeIndex(table, resumeAt);
    onOpen(resumeAt);
  }

  #pause(delayMs: number): Promise<void> {
    return new Promise((resolve) => this.#parts.env.timers.after(delayMs, resolve));
  }
}
