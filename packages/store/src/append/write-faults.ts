import { DiskError, type Log, type Timer, type Timers } from '@rocketmq-ts/kernel';
import { detach } from '../detached.ts';
import type { DurabilityGate } from '../durability-gate.ts';
import type { LogFlusher } from '../flush/log-flusher.ts';
import { guardedCapacity } from '../format/tail-guard-layout.ts';
import type { SegmentSet } from '../segment/segment-set.ts';
import type { Watermarks } from '../watermarks.ts';
import type { Writeability } from '../writeability.ts';
import type { LogTail, TakenBack } from './log-tail.ts';

const PROBE_PERIOD_MS = 1000;
/** A probe writes at least so much: what one turn of a busy broker brings. */
const PROBE_SIZE_MIN = 64 * 1024;
const PROBE_SIZE_MAX = 4 * 1024 * 1024;

export interface WriteFaultsParts {
  readonly log: Log;
  readonly timers: Timers;
  readonly segments: SegmentSet;
  readonly marks: Watermarks;
  readonly tail: LogTail;
  readonly gate: DurabilityGate;
  readonly flusher: LogFlusher;
  readonly writeability: Writeability;
  readonly takenBack: TakenBack;
}

/**
 * What happens when the disk does not take a write (ENOSPC, EIO): everything not written is taken back, with its
 * queue offsets, and its senders hear SERVICE_NOT_AVAILABLE; the store refuses sends at once and tries again every
 * second by writing zeros where the log would go on. When such a probe is durable, sends are taken again. What a failed
 * write left in the file does no harm: no guard vouches for it (see TailGuard), so it never becomes messages.
 *
 *   taking ──write fails──► refusing ──probe written and flushed──► taking
 *                            ▲    │ probe fails
 *                            └────┘
 */
export class WriteFaults {
  readonly #parts: WriteFaultsParts;
  #timer: Timer | undefined;
  #probeSize = PROBE_SIZE_MIN;
  #isStopped = false;

  constructor(parts: WriteFaultsParts) {
    this.#parts = parts;
  }

  /** The turn's write failed. In a work phase. */
  onWriteFailed(error: DiskError): void {
    const { marks, tail, gate, takenBack } = this.#parts;
    this.#probeSize = Math.min(PROBE_SIZE_MAX, Math.max(PROBE_SIZE_MIN, tail.pendingBytes));
    tail.rollBack(takenBack);
    this.#refuse(error);
    this.#try(() => tail.takeBackGuard());
    gate.refuseBeyond(marks.written, 'SERVICE_NOT_AVAILABLE');
  }

  /** The next file could not be created; nothing was appended to it. */
  onFileFailed(error: DiskError): void {
    this.#probeSize = PROBE_SIZE_MIN;
    this.#refuse(error);
  }

  stop(): void {
    this.#isStopped = true;
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #refuse(error: DiskError): void {
    const { writeability, log } = this.#parts;
    if (!writeability.has('write-failed')) log.error('The commit log cannot be written; sends are refused until it can.', { error, path: error.path });
    writeability.refuse('write-failed', `The commit log cannot be written (${error.systemCode}).`);
    this.#arm();
  }

  #arm(): void {
    if (this.#isStopped || this.#timer !== undefined) return;
    this.#timer = this.#parts.timers.after(PROBE_PERIOD_MS, () => {
      this.#timer = undefined;
      detach(this.#parts.timers, this.#probe());
    });
  }

  async #probe(): Promise<void> {
    const { writeability, flusher, log } = this.#parts;
    if (!this.#writeProbe()) return this.#arm();
    // A failed datasync is final, and the flusher has said so.
    if (!(await flusher.syncNow()) || this.#isStopped) return;
    writeability.allow('write-failed');
    log.info('The commit log can be written again; sends are taken.');
  }

  #writeProbe(): boolean {
    const { segments, marks, tail } = this.#parts;
    return this.#try(() => {
      tail.takeBackGuard();
      const at = marks.appended;
      let segment = segments.find(at) ?? segments.ensure(at);
      let room = segment.baseOffset + guardedCapacity(segment.sizeBytes) - at;
      if (room < this.#probeSize) {
        segment = segments.ensure(segment.endOffset);
        room = guardedCapacity(segment.sizeBytes);
      }
      const size = Math.min(this.#probeSize, room);
      segment.writeAt(Math.max(at, segment.baseOffset), Buffer.alloc(size), 0, size);
    });
  }

  /** Whether the disk let it be done. */
  #try(act: () => void): boolean {
    try {
      act();
      return true;
    } catch (error) {
      if (error instanceof DiskError) return false;
      throw error;
    }
  }
}
