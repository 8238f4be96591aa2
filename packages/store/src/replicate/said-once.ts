/** A table of peers must not grow with the number of strangers. */
const PEERS_MAX = 256;

/**
 * What a peer does again and again at each of its retries is logged once, and again only when something else, or
 * success, came between.
 */
export class SaidOnce {
  readonly #last = new Map<string, string>();

  /** Whether `what` is news about `peer`. */
  isNew(peer: string, what: string): boolean {
    if (this.#last.get(peer) === what) return false;
    this.#last.delete(peer);
    this.#last.set(peer, what);
    if (this.#last.size > PEERS_MAX) this.#last.delete(this.#last.keys().next().value as string);
    return true;
  }

  /** All is well with `peer`: whatever goes wrong next is news. */
  over(peer: string): void {
    this.#last.delete(peer);
  }
}
