// In a mixed load the first eight bytes of a body say when its message was sent (or due), so that its consumer knows how long it
// was on its way. All generators are on one machine, and so have one clock.
import { performance } from 'node:perf_hooks';

export const STAMP_BYTES = 8;
/** Older ones are of another run, or no stamps. */
const OLDEST_MS = 600_000;

/** @param since this thread's `performance.now()` */
export function putStamp(body: Buffer, at: number, since: number): void {
  body.writeDoubleBE(performance.timeOrigin + since, at);
}

/** @returns this thread's `performance.now()` at the time of sending; NaN for a message that was not stamped by this run */
export function sentAt(body: Buffer, at: number, length: number): number {
  if (length < STAMP_BYTES) return Number.NaN;
  const since = body.readDoubleBE(at) - performance.timeOrigin;
  const now = performance.now();
  return since <= now && since > now - OLDEST_MS ? since : Number.NaN;
}
