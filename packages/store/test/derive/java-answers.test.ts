import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Derived } from '../../src/log-reader.ts';
import { javaFiles, openLog, putFiles } from './java-store.ts';
import { World } from './world.ts';

const STORE = new URL('../golden/store/', import.meta.url);
const SETTINGS = { mappedFileSizeCommitLog: 32_768, mappedFileSizeConsumeQueue: 400, maxHashSlotNum: 53, maxIndexNum: 200 };

interface Line {
  readonly kind: string;
  readonly topic: string;
  readonly queueId: number;
  readonly queueOffset: number;
  readonly physicalOffset: number;
  readonly storeSize: number;
  readonly storeTimestamp: number;
  readonly minOffset: number;
  readonly maxOffset: number;
  readonly timestamp: number;
  readonly offset: number;
  readonly key: string;
  readonly physicalOffsets: readonly number[];
}

const lines = readFileSync(new URL('contents.jsonl', STORE), 'utf8')
  .split('\n')
  .filter((text) => text !== '')
  .map((text) => JSON.parse(text) as Line);

function linesOf(kind: string): Line[] {
  const found = lines.filter((line) => line.kind === kind);
  expect(found.length, `lines of kind ${kind}`).toBeGreaterThan(3);
  return found;
}

/** What Java's DefaultMessageStore said of a store of its own, asked of ours on the same files. */
describe.each(['with the files of Java', 'with the log alone'])("Java's answers, %s", (files) => {
  let derived: Derived;

  beforeAll(async () => {
    const world = new World(1, SETTINGS);
    const root = new URL('root/', STORE);
    putFiles(world, javaFiles(root, 'commitlog'));
    if (files === 'with the files of Java') putFiles(world, [...javaFiles(root, 'consumequeue'), ...javaFiles(root, 'index')]);
    derived = await world.openAndCatchUp(openLog(world));
  });

  it('are given for the ends of queues', () => {
    for (const { topic, queueId, minOffset, maxOffset } of linesOf('queue')) {
      expect(derived.queues.minQueueOffset(topic, queueId)).toBe(minOffset);
      expect(derived.queues.maxQueueOffset(topic, queueId)).toBe(maxOffset);
      expect(derived.nextQueueOffset(topic, queueId)).toBe(maxOffset);
    }
  });

  it('are given for messages', () => {
    for (const { topic, queueId, queueOffset, physicalOffset, storeSize, storeTimestamp } of linesOf('message')) {
      const { status, records, nextBeginOffset } = derived.queues.getMessage(topic, queueId, queueOffset, 1, undefined);
      expect([status, nextBeginOffset, records.length]).toEqual(['FOUND', queueOffset + 1, 1]);
      expect([records[0]?.length, records[0]?.readUInt32BE(32)]).toEqual([storeSize, physicalOffset]);
      expect(derived.queues.storeTimestampOf(topic, queueId, queueOffset)).toBe(storeTimestamp);
    }
  });

  it('are given for times', () => {
    for (const { topic, queueId, timestamp, offset } of linesOf('time')) {
      expect(derived.queues.offsetByTime(topic, queueId, timestamp), `${topic}-${queueId} at ${timestamp}`).toBe(offset);
    }
  });

  it('are given for keys', () => {
    for (const { topic, key, physicalOffsets } of linesOf('query')) {
      const { records } = derived.queryByKey({ topic, key, maxCount: 64, beginWallMs: 0, endWallMs: Number.MAX_SAFE_INTEGER });
      expect(
        records.map((record) => record.readUInt32BE(32)),
        `${topic}#${key}`,
      ).toEqual(physicalOffsets);
    }
  });
});
