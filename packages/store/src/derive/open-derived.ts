/**
 * Opens what is derived from the log. Nothing is derived yet when this resolves: the caller drives `derive` until the
 * store has caught up. An index that has to be built or made anew follows in the background.
 */
import { storeTimestampOf } from '../format/commit-log-layout.ts';
import { UNIT_SIZE } from '../format/consume-queue-unit.ts';
import { storePaths } from '../format/paths.ts';
import type { LogReader, OpenDerived } from '../log-reader.ts';
import { KeyFinder } from '../read/query-by-key.ts';
import { DerivedQueueReader } from '../read/queue-reader.ts';
import { tagsCodeOf } from './delay-levels.ts';
import { type IndexInUse, readDerivedEnds, writeDerivedEnds } from './derived-ends.ts';
import { DerivedFiles } from './derived-files.ts';
import { Deriver } from './deriver.ts';
import { IndexKeeper } from './index-keeper.ts';
import { isListed, openIndex } from './open-index.ts';
import { OpenFiles } from './open-files.ts';
import { openQueues } from './open-queues.ts';
import { QueueFlusher } from './queue-flusher.ts';
import { QueueTable } from './queue-table.ts';
import { RecordFields } from './record-fields.ts';
import { UnitRepair } from './repair-unit.ts';
import { WrittenMark } from './written-mark.ts';

/** Ten thousand queues are not ten thousand descriptors. */
const OPEN_FILES_MAX = 512;

export const openDerived: OpenDerived = async (env, options, reader, start) => {
  const { disk, log } = env;
  const { rootDir, consumeQueueDir, indexDir } = storePaths(options.storePathRootDir);
  const openFiles = new OpenFiles(disk, OPEN_FILES_MAX);
  const fileSize = Math.ceil(options.mappedFileSizeConsumeQueue / UNIT_SIZE) * UNIT_SIZE;
  const table = new QueueTable({ disk, openFiles, consumeQueueDir, fileSize });
  const flusher = new QueueFlusher(log, disk);
  const ends = readDerivedEnds(disk, rootDir);
  const written = new WrittenMark(disk, rootDir);
  const { from: queuesFrom, wereCut } = openQueues({ disk, log, reader, consumeQueueDir, table, flusher }, start, { ends, written: written.read() });
  const shape = { slotCount: options.maxHashSlotNum, entryCountMax: options.maxIndexNum };
  const indexParts = { disk, clock: env.clock, log, indexDir, shape, storeTimestampAt: (at: number) => storeTimestampAt(reader, at) };
  const known = (options.messageIndexEnable ? ends?.index : undefined) ?? { rebuildFrom: undefined, newest: undefined };
  const index = options.messageIndexEnable ? await openIndex(indexParts, reader, start, known) : undefined;
  const indexTable = index !== undefined && 'table' in index ? index.table : undefined;
  // What was known of the files does not hold any more; before anything is written to them, it is put right.
  const putOnRecord = (inUse: IndexInUse): Promise<void> => writeDerivedEnds(disk, rootDir, { logMinOffset: reader.minOffset, index: inUse, queues: table.all() });
  const inUse = indexTable?.inUse ?? known;
  if (wereCut || !isListed(inUse, known)) await putOnRecord(inUse);
  const deriver = new Deriver({ reader, log, table, flusher, index: indexTable }, queuesFrom, index?.resumeAt ?? queuesFrom);
  const repair = new UnitRepair({ reader, log, fields: new RecordFields(), tagsCodeOf });
  const queues = new DerivedQueueReader({ table, reader, repair, options, clock: env.clock, counters: start.counters });
  const finder = new KeyFinder(reader, options.maxMsgsNumBatch);
  const keeper = new IndexKeeper({ env, deriver, finder, known, putOnRecord }, indexTable);
  const parts = { env, reader, rootDir, table, openFiles, flusher, written, index: keeper, deriver, queues, finder };
  const derived = new DerivedFiles(parts, {
    // What the last run made durable still is.
    queueOffset: Math.min(queuesFrom, start.checkpoint?.consumeQueueOffset ?? -1),
    indexOffset: index !== undefined && (start.checkpoint?.indexOffset ?? -1) >= 0 ? index.resumeAt : -1,
    logicsMsgTimestamp: 0,
  });
  derived.start(options.flushIntervalConsumeQueue);
  if (index !== undefined && 'run' in index) derived.openIndexBehind(index);
  return derived;
};

function storeTimestampAt(reader: LogReader, physicalOffset: number): number | undefined {
  const record = reader.recordAt(physicalOffset);
  return record === undefined ? undefined : storeTimestampOf(record, 0);
}
