/**
 * Consumer offsets of two brokers of one name brought together. Pure.
 *
 *   own     what this broker has: copied from the other one, or committed by consumers since
 *   base    what was copied from the other one last; undefined when that says nothing any more
 *   theirs  what the other one has now
 *
 *   own since the base    result
 *   unchanged             theirs, also a smaller one: an operator or a consumer went back
 *   changed               own, unless theirs changed too: then the larger one
 *   no base               the larger one
 *
 * Java differs: a slave takes all of the master's values, so that a master which comes back with old ones sets
 * consumers back (apache/rocketmq issues 1094 and 1440).
 */
export type OffsetTable = ReadonlyMap<string, ReadonlyMap<number, number>>;

export interface OffsetChange {
  /** `topic@group` */
  readonly key: string;
  readonly queueId: number;
  readonly offset: number;
}

/** What has to change in `own`. What `theirs` does not mention stays as it is. */
export function mergeOffsets(own: OffsetTable, base: OffsetTable | undefined, theirs: OffsetTable): OffsetChange[] {
  const changes: OffsetChange[] = [];
  for (const [key, theirQueues] of theirs) {
    const ownQueues = own.get(key);
    const baseQueues = base?.get(key);
    for (const [queueId, their] of theirQueues) {
      if (queueId < 0 || their < 0) continue;
      const mine = ownQueues?.get(queueId);
      const offset = mine === undefined ? their : mergeOffset(mine, baseQueues?.get(queueId), their);
      if (offset !== mine) changes.push({ key, queueId, offset });
    }
  }
  return changes;
}

function mergeOffset(own: number, base: number | undefined, their: number): number {
  if (own === base) return their;
  return their === base ? own : Math.max(own, their);
}
