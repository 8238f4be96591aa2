/** Bytes before the end of our log that the master sends again, to be compared with ours. */
const OVERLAP_BYTES = 64 * 1024;

export interface LogEnds {
  readonly minOffset: number;
  readonly maxOffset: number;
}

/** How a replica takes up its master's log. */
export type FirstReport =
  | {
      readonly kind: 'report';
      /** The first report of the connection. */
      readonly offset: number;
      /** Where our log begins; undefined: it is there already, or the master's first push says it. */
      readonly startAt: number | undefined;
      /** The byte before `offset` is known, and taken before the first report. */
      readonly takesZeroByte: boolean;
    }
  | { readonly kind: 'refused'; readonly cause: string; readonly reason: string };

/**
 * Decides where to begin, from what is here and from what the master says its log is (undefined: it does not say). Pure.
 *
 *   our log     the master's         first report
 *   empty       not known, or empty  0: it begins with its last file, as for a Java slave
 *   empty       from 0               1: a report of 0 would not mean the whole log, so the first byte is put here
 *                                    beforehand. It is the high byte of a record's size, which is always 0.
 *   empty       from m > 0           m
 *   ends at e   not known, or e in it  up to 64 KiB before e, so that these can be compared; never 0
 *   ends at e   ends before e        refused
 *   ends at e   begins behind e      refused
 */
export function planFirstReport(own: LogEnds, master: LogEnds | undefined, fileBytes: number): FirstReport {
  const { minOffset, maxOffset: end } = own;
  if (end === minOffset) return planEmpty(master, fileBytes);
  if (master !== undefined && end > master.maxOffset) return { kind: 'refused', cause: 'ahead', reason: aheadOf(end, master.maxOffset) };
  if (master !== undefined && end < master.minOffset) return { kind: 'refused', cause: 'deleted', reason: gapBefore(end, master.minOffset) };
  const offset = Math.max(end - OVERLAP_BYTES, minOffset, master?.minOffset ?? 0, 1);
  return { kind: 'report', offset, startAt: undefined, takesZeroByte: false };
}

function planEmpty(master: LogEnds | undefined, fileBytes: number): FirstReport {
  if (master === undefined || master.maxOffset === 0) return { kind: 'report', offset: 0, startAt: undefined, takesZeroByte: false };
  const { minOffset } = master;
  if (minOffset % fileBytes !== 0) return { kind: 'refused', cause: 'file size', reason: otherFileSize(minOffset, fileBytes) };
  return minOffset === 0
    ? { kind: 'report', offset: 1, startAt: 0, takesZeroByte: true }
    : { kind: 'report', offset: minOffset, startAt: minOffset, takesZeroByte: false };
}

const KEEP_AND_START_EMPTY =
  'Keep this store, it may hold messages that were confirmed; move it away and start this slave empty, and it copies the whole log.';

export function aheadOf(end: number, masterEnd: number): string {
  return `this log ends at ${end}, ahead of the master's, which ends at ${masterEnd}: the master has lost its newest messages, or is not the one this log was copied from. ${KEEP_AND_START_EMPTY}`;
}

export function diverged(at: number, end: number, masterEnd: number | undefined): string {
  const ends = masterEnd === undefined ? `this one ends at ${end}` : `this one ends at ${end}, the master's at ${masterEnd}`;
  return `the logs differ at ${at} (${ends}): they are not copies of each other. ${KEEP_AND_START_EMPTY}`;
}

export function otherFileSize(offset: number, fileBytes: number): string {
  return `the master has a commit log file that begins at ${offset}, which is no multiple of ${fileBytes}: set mappedFileSizeCommitLog to the master's value.`;
}

function gapBefore(end: number, masterMin: number): string {
  return `this log ends at ${end}, and the master has deleted what lies before ${masterMin}: the bytes between are gone. Move this store away and start this slave empty.`;
}
