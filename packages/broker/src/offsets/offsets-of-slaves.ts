import type { Env } from '@rocketmq-ts/kernel';
import type { ConsumerOffsetSerializeWrapper } from '@rocketmq-ts/remoting-protocol';

import type { RegisteredGroup } from '../name-server/registered-group.ts';
import { askConsumerOffsets, type Asker } from '../slave/ask-broker.ts';
import type { TopicTable } from '../topics/topic-table.ts';
import { type ConsumerOffsets, topicOfKey } from './consumer-offsets.ts';
import { mergeOffsets } from './merge-offsets.ts';

/** A master serves its clients after this time at the latest, whatever its slaves do. */
const WAIT_MS = 1_000;
const MASTER_ID = 0;

/**
 * The offsets that the living slaves of a starting master have: consumers that read from them while the master was away
 * committed there. Never rejects; who does not answer in time is left out, and the log says so.
 */
export async function offsetsOfSlaves(env: Pick<Env, 'log'>, client: Asker, groups: readonly RegisteredGroup[]): Promise<ConsumerOffsetSerializeWrapper[]> {
  const slaves = new Set(groups.flatMap(({ addresses }) => [...addresses].filter(([brokerId]) => brokerId !== MASTER_ID).map(([, address]) => address)));
  const tables = await Promise.all(
    [...slaves].map(async (slave) => {
      try {
        return await askConsumerOffsets(client, slave, WAIT_MS);
      } catch (error) {
        env.log.warn('A slave could not be asked for the consumer offsets it has; those committed there while this master was away are not known here.', { slave, reason: (error as Error).message });
        return undefined;
      }
    }),
  );
  return tables.filter((table) => table !== undefined);
}

export interface MasterTables {
  readonly topics: Pick<TopicTable, 'has'>;
  readonly offsets: ConsumerOffsets;
  /** End of a queue: an offset beyond it would skip what is sent next. */
  readonly maxQueueOffset: (topic: string, queueId: number) => number;
}

/** Raises a master's offsets to those of its slaves, for topics that it still has. Returns how many rose. */
export function raiseOffsets({ topics, offsets, maxQueueOffset }: MasterTables, theirs: ConsumerOffsetSerializeWrapper): number {
  const own = offsets.view().offsetTable;
  const changes = mergeOffsets(own, undefined, theirs.offsetTable)
    .filter(({ key }) => topics.has(topicOfKey(key)))
    .map(({ key, queueId, offset }) => ({ key, queueId, offset: Math.min(offset, maxQueueOffset(topicOfKey(key), queueId)) }))
    .filter(({ key, queueId, offset }) => offset > (own.get(key)?.get(queueId) ?? -1));
  offsets.apply(changes);
  return changes.length;
}
