import type { PutStatus } from '../../src/ports.ts';

/** One message as its sender knows it. */
export interface Sent {
  readonly id: string;
  readonly topic: string;
  readonly queueId: number;
  readonly body: Buffer;
  /** WAIT_STORE_MSG_OK: the answer means durability under SYNC_FLUSH. */
  readonly waits: boolean;
  readonly physicalOffset: number;
  readonly queueOffset: number;
  readonly endOffset: number;
  status: PutStatus | undefined;
}

/** What has become of a process. */
export type Ending = 'stop' | 'kill' | 'crash';

/**
 * What senders and consumers know, which is all that a broker can be held to. Outlives the processes.
 */
export class History {
  readonly isSyncFlush: boolean;
  /** Appended and not given up yet, by id. */
  readonly sent = new Map<string, Sent>();
  /** What consumers saw: `topic queueId queueOffset` → id. */
  readonly seen = new Map<string, Sent>();
  /** Messages before this place were said to be durable. */
  #durableEnd = 0;
  #nextId = 0;

  constructor(isSyncFlush: boolean) {
    this.isSyncFlush = isSyncFlush;
  }

  newId(): string {
    this.#nextId += 1;
    return `m${this.#nextId}`;
  }

  add(sent: Sent): void {
    this.sent.set(sent.id, sent);
  }

  /** A store that was just recovered, or its admin, says how far it is durable. */
  noteDurable(offset: number): void {
    this.#durableEnd = Math.max(this.#durableEnd, offset);
  }

  /** Sends are taken again: what was refused before is gone for good, and its offsets are given to others. */
  forgetRefused(): void {
    for (const sent of this.sent.values()) {
      if (sent.status === 'SERVICE_NOT_AVAILABLE') this.sent.delete(sent.id);
    }
  }

  /** The contract, row by row: must this message be there after a process ended so? */
  mustSurvive(sent: Sent, ending: Ending): boolean {
    if (sent.endOffset <= this.#durableEnd) return true;
    if (sent.status !== 'PUT_OK') return false;
    if (ending !== 'crash') return true;
    return this.isSyncFlush && sent.waits;
  }

  /** Whether consumers may have seen what is gone now: only what the contract lets a power failure take. */
  maySeeAndLose(ending: Ending): boolean {
    return ending === 'crash' && !this.isSyncFlush;
  }

  /** The end of the log as recovered: what lay behind is given up, and its offsets are given again. */
  restart(recoveredEnd: number): void {
    for (const sent of this.sent.values()) {
      if (sent.endOffset > recoveredEnd) this.sent.delete(sent.id);
      // Refused in the last moments and there all the same: nothing was promised, now it is stored.
      else if (sent.status === 'SERVICE_NOT_AVAILABLE') sent.status = undefined;
    }
    for (const [place, sent] of this.seen) {
      if (sent.endOffset > recoveredEnd) this.seen.delete(place);
    }
    this.#durableEnd = recoveredEnd;
  }
}

export function placeOf(topic: string, queueId: number, queueOffset: number): string {
  return `${topic} ${queueId} ${queueOffset}`;
}
