import type { LogSource } from './log-ports.ts';

/** Where a log begins and ends for those who follow it. */
export type LogExtent = Pick<LogSource, 'minOffset' | 'end' | 'lastFileOffset'>;

export interface ReplicaLimits {
  readonly heartbeatIntervalMs: number;
  /** A replica that has not reported for so long is gone. */
  readonly silenceMs: number;
  /** A Java slave says nothing for the first five seconds. */
  readonly firstReportMs: number;
  /** A replica that lags less than this is waited for. */
  readonly fallbehindBytesMax: number;
}

/** Why a replica is not served any longer: `cause` for programs, `reason` for operators. */
export interface ReplicaRefusal {
  readonly cause: 'ahead' | 'deleted' | 'forged';
  readonly reason: string;
}

/**
 * How far one replica has come, without a socket and a clock.
 *
 *   waiting ──first report──► begun: catching up ◄──lag──► following
 *
 * What a report is worth. 4.6.0 takes every eight bytes of whoever connects for an acknowledgement. Here the first report
 * is a position and confirms nothing: it may come from a port scan or a stranger's log. Our answer to it is a heartbeat;
 * only a peer that stays and reports again, in another read than its first, speaks HA with us, and its word counts as far
 * as this connection has covered: up to what was sent, and what lies before its position, which it says it had. Thus a
 * replica that comes back at the very end of the log, to which nothing is sent, still releases those who wait for it, by
 * its next report: our slave gives it when it has compared the end of its log with ours, a Java slave within
 * haSendHeartbeatInterval. A report that falls or goes beyond what was sent is a forgery, and ends the connection.
 */
export class ReplicaState {
  readonly #limits: ReplicaLimits;
  #position = -1;
  /** First byte that this connection covers; −1: not begun. */
  #startOffset = -1;
  #nextOffset = -1;
  #hasSkipped = false;
  #acked = -1;
  #lastReportMs: number;
  #lastWriteMs: number;

  constructor(limits: ReplicaLimits, nowMs: number) {
    this.#limits = limits;
    this.#lastReportMs = nowMs;
    this.#lastWriteMs = nowMs;
  }

  /** Its first report; −1: none yet. */
  get position(): number {
    return this.#position;
  }

  get hasReported(): boolean {
    return this.#position >= 0;
  }

  get isBegun(): boolean {
    return this.#startOffset >= 0;
  }

  /** Its first report was 0, and there are older files: it gets the last one only, and lacks the others for ever. */
  get hasSkipped(): boolean {
    return this.#hasSkipped;
  }

  get startOffset(): number {
    return this.#startOffset;
  }

  /** First byte that has not been sent. */
  get nextOffset(): number {
    return this.#nextOffset;
  }

  /** What it has confirmed on this connection; −1: nothing. */
  get ackedOffset(): number {
    return this.#acked;
  }

  /** Takes a report. Undefined: it is all right. */
  report(offset: number, nowMs: number): ReplicaRefusal | undefined {
    this.#lastReportMs = nowMs;
    if (this.#position < 0) {
      this.#position = offset;
      return undefined;
    }
    const coveredEnd = this.isBegun ? this.#nextOffset : this.#position;
    if (offset > coveredEnd || offset < Math.max(this.#position, this.#acked)) return forged(offset, coveredEnd);
    if (this.isBegun) this.#acked = offset;
    return undefined;
  }

  /**
   * Finds the place where the replica goes on: as it says, or at the start of the last file when it has nothing and says 0,
   * as 4.6.0 does. `later`: there is no byte yet that may be sent, in that file, or at all: our slave, which begins at 1,
   * may have heard of a first record that is not durable yet.
   */
  begin(log: LogExtent): 'begun' | 'later' | ReplicaRefusal {
    const position = this.#position;
    if (position === 1 && log.end === 0) return 'later';
    if (position > log.end) return ahead(position, log.end);
    if (position !== 0 && position < log.minOffset) return deleted(position, log.minOffset);
    const startOffset = position === 0 ? log.lastFileOffset : position;
    if (startOffset > log.end) return 'later';
    this.#startOffset = startOffset;
    this.#nextOffset = startOffset;
    this.#hasSkipped = startOffset > Math.max(position, log.minOffset);
    return 'begun';
  }

  sent(bytes: number, nowMs: number): void {
    this.#nextOffset += bytes;
    this.#lastWriteMs = nowMs;
  }

  isHeartbeatDue(nowMs: number): boolean {
    return this.isBegun && nowMs - this.#lastWriteMs >= this.#limits.heartbeatIntervalMs;
  }

  isSilent(nowMs: number): boolean {
    return nowMs - this.#lastReportMs > (this.hasReported ? this.#limits.silenceMs : this.#limits.firstReportMs);
  }

  lagBytes(end: number): number {
    return Math.max(0, end - Math.max(this.#acked, this.#startOffset, 0));
  }

  /** Near enough to be waited for: Java's isSlaveOK, for this replica alone. */
  isNear(end: number): boolean {
    return this.isBegun && this.lagBytes(end) < this.#limits.fallbehindBytesMax;
  }
}

function forged(offset: number, coveredEnd: number): ReplicaRefusal {
  return { cause: 'forged', reason: `it reports offset ${offset}, which is not between its last report and ${coveredEnd}, the end of what was sent to it` };
}

function ahead(position: number, end: number): ReplicaRefusal {
  return {
    cause: 'ahead',
    reason:
      `its log ends at ${position}, ahead of this one, which ends at ${end}: they are not copies of each other, or this machine has lost its newest ` +
      'messages. Keep the store of that slave, it may hold messages that were confirmed; then move it away and start the slave empty.',
  };
}

function deleted(position: number, minOffset: number): ReplicaRefusal {
  return {
    cause: 'deleted',
    reason: `it needs the log from ${position} on, but what lies before ${minOffset} is deleted here. Move the store of that slave away and start it empty.`,
  };
}
