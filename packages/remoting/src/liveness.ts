/**
 * Judges from sweep to sweep whether a peer still deserves its connection. Costs the hot path two plain stores and no
 * look at the clock: what happened since the last sweep counts as happened at this one.
 */
import type { RemotingLimits } from './limits.ts';

export type LivenessVerdict = 'alive' | 'idle' | 'partial frame' | 'write deadline';

export class Liveness {
  /** Something was read or written since the last sweep. */
  isActive = true;
  /** Frames received in full. */
  frameCount = 0;
  #frameCountAtSweep = 0;
  #activeMs: number;
  #partialSinceMs: number;
  #blockedSinceMs: number | undefined;

  constructor(nowMs: number) {
    this.#activeMs = nowMs;
    this.#partialSinceMs = nowMs;
  }

  /** The system stopped taking our bytes. */
  noteBlocked(nowMs: number): void {
    this.#blockedSinceMs ??= nowMs;
  }

  noteDrained(): void {
    this.#blockedSinceMs = undefined;
  }

  /** @param isMidFrame bytes of an unfinished frame are held, and we are reading */
  sweep(nowMs: number, isMidFrame: boolean, limits: RemotingLimits): LivenessVerdict {
    if (this.isActive) this.#activeMs = nowMs;
    this.isActive = false;
    if (!isMidFrame || this.frameCount !== this.#frameCountAtSweep) this.#partialSinceMs = nowMs;
    this.#frameCountAtSweep = this.frameCount;
    if (this.#blockedSinceMs !== undefined && nowMs - this.#blockedSinceMs >= limits.writeDeadlineMs) return 'write deadline';
    if (nowMs - this.#partialSinceMs >= limits.partialFrameMs) return 'partial frame';
    if (nowMs - this.#activeMs >= limits.idleMs) return 'idle';
    return 'alive';
  }
}
