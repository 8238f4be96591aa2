import type { CheckpointContent } from '../format/checkpoint-layout.ts';
import { checkRecord, storeTimestampOf, Verdict } from '../format/commit-log-layout.ts';
import { isGuarded } from '../format/tail-guard-layout.ts';
import type { SegmentFile } from '../segment/segment-file.ts';
import type { SegmentSet } from '../segment/segment-set.ts';

/** Where recovery begins to read, and what it may believe of what it finds. */
export interface RecoveryPlan {
  readonly scanFrom: number;
  /** Everything before was durable when the store was last seen: damage there lies in the middle, whatever follows. */
  readonly knownDurable: number;
  /**
   * Behind `knownDurable` a whole record on the far side of damage is kept. False when all that is known to be
   * durable is known: then what follows damage was still on its way to the disk, in any order, and is a torn tail.
   */
  readonly keepsWholeBehindDamage: boolean;
  /** This store wrote the tail, with guards: nothing counts behind `knownDurable` but what they vouch for. */
  readonly isTailGuarded: boolean;
  readonly why: string;
}

/** Enough of a record to see that it is one and when it was stored. */
const HEAD_SIZE = 128;
/** Java gives its checkpoint's stamps this much grace. */
const STAMP_GRACE_MS = 3000;
const FILES_AFTER_NORMAL_EXIT = 3;

/**
 * Goes by our checkpoint's offset when there is one. Otherwise the store was last written by Java, or the checkpoint
 * is lost: after a normal exit the third file from the end, after any other the newest file whose first record is not
 * later than Java's stamps, else the first file. Then it is not known what was durable, and nothing whole is given up.
 */
export function planRecovery(segments: SegmentSet, checkpoint: CheckpointContent | undefined, exitedNormally: boolean): RecoveryPlan {
  const first = segments.first?.baseOffset ?? 0;
  const end = segments.last?.endOffset ?? 0;
  const flushed = checkpoint?.offsets?.flushedOffset;
  if (flushed !== undefined && flushed <= end && (flushed >= first || isHeadLost(segments, flushed, exitedNormally))) {
    return { scanFrom: flushed, knownDurable: flushed, keepsWholeBehindDamage: false, isTailGuarded: isGuarded(segments.segmentSizeBytes), why: 'from the offset in the checkpoint' };
  }
  if (exitedNormally) {
    const list = segments.segments;
    const from = list[Math.max(0, list.length - FILES_AFTER_NORMAL_EXIT)];
    return { scanFrom: from?.baseOffset ?? 0, knownDurable: first, keepsWholeBehindDamage: true, isTailGuarded: false, why: 'the last three files, after a normal exit' };
  }
  const stamps = checkpoint?.stamps;
  const trustedWallMs = stamps === undefined ? 0 : Math.min(stamps.physicMsgTimestamp, stamps.logicsMsgTimestamp);
  const scanFrom = newestFileBefore(segments, trustedWallMs - STAMP_GRACE_MS) ?? first;
  return { scanFrom, knownDurable: first, keepsWholeBehindDamage: true, isTailGuarded: false, why: 'by the store times in the checkpoint, after an unclean exit' };
}

/**
 * The checkpoint stands at the start of a file that is not there, but later ones are: its name was never durable, and
 * a power failure took it. (Retention deletes no file that the checkpoint has not left behind.)
 */
function isHeadLost(segments: SegmentSet, flushed: number, exitedNormally: boolean): boolean {
  const first = segments.first?.baseOffset ?? 0;
  return !exitedNormally && (first - flushed) % segments.segmentSizeBytes === 0;
}

function newestFileBefore(segments: SegmentSet, wallMs: number): number | undefined {
  const list = segments.segments;
  for (let index = list.length - 1; index >= 0; index--) {
    const segment = list[index] as SegmentFile;
    const storeTimestamp = firstStoreTimestamp(segment);
    if (storeTimestamp !== undefined && storeTimestamp <= wallMs) return segment.baseOffset;
  }
  return undefined;
}

function firstStoreTimestamp(segment: SegmentFile): number | undefined {
  const head = Buffer.alloc(HEAD_SIZE);
  const count = segment.readAt(segment.baseOffset, head, 0, HEAD_SIZE);
  const verdict = checkRecord(head, 0, count, segment.baseOffset, segment.sizeBytes, false);
  const isHeadOfRecord = verdict > 0 || (verdict === Verdict.cut && count === HEAD_SIZE);
  return isHeadOfRecord ? storeTimestampOf(head, 0) : undefined;
}
