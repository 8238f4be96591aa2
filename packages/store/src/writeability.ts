/** Why sends are refused. Several may hold at once. */
export type RefusalCause =
  /** The store is closing. */
  | 'stopped'
  /** A slave takes messages from its master only. */
  | 'slave'
  /** The disk is fuller than the warning level; re-evaluated with every look at the disk. */
  | 'disk-full'
  /** A write or the creation of a file failed; a probe finds out when it works again. */
  | 'write-failed'
  /** A datasync failed. Final: what the disk holds is unknown until the store is opened anew. */
  | 'flush-failed';

/** Whether sends are taken. Nothing here is latched but `flush-failed` and `stopped`: who sets a cause clears it. */
export class Writeability {
  /** A plain field: asked for every message. */
  isWriteable = true;
  readonly #causes = new Map<RefusalCause, string>();

  /** @param why for operators, a plain sentence */
  refuse(cause: RefusalCause, why: string): void {
    this.#causes.set(cause, why);
    this.isWriteable = false;
  }

  allow(cause: RefusalCause): void {
    this.#causes.delete(cause);
    this.isWriteable = this.#causes.size === 0;
  }

  has(cause: RefusalCause): boolean {
    return this.#causes.has(cause);
  }

  /** Whether this is the one and only cause. */
  isOnly(cause: RefusalCause): boolean {
    return this.#causes.size === 1 && this.#causes.has(cause);
  }

  /** Why, if this cause holds. */
  whyOf(cause: RefusalCause): string | undefined {
    return this.#causes.get(cause);
  }

  get reason(): string | undefined {
    return this.isWriteable ? undefined : [...this.#causes.values()].join(' ');
  }
}
