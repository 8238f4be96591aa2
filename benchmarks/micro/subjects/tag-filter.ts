import assert from 'node:assert/strict';
import { findProperty, peekRecord, subscriptionDataOf } from '@rocketmq-ts/remoting-protocol';
import type { MessageStore, TagsFilter } from '@rocketmq-ts/store';
import { appendTurn, messageOf, openBenchmarkStore, realEnv } from '../stores.ts';
import type { Subject } from '../subject.ts';

const MESSAGES = 1000;
const TAGS = 10;

export async function open(): Promise<readonly Subject[]> {
  const { store, close } = await openBenchmarkStore(realEnv(), { maxTransferCountOnMessageInMemory: MESSAGES, maxTransferBytesOnMessageInMemory: 2 ** 24 });
  for (let index = 0; index < MESSAGES; index++) {
    await new Promise<void>((resolve) => appendTurn(store, messageOf(128, `TAGS\u0001Tag${index % TAGS}\u0002`), 1, resolve));
  }
  const { topic } = messageOf(0, '');
  const { codeSet, tagsSet } = subscriptionDataOf(topic, 'Tag1 || Tag2');
  const filter: TagsFilter = (tagsCode) => codeSet.has(tagsCode | 0);
  const byCode = (): number => countAll(store, topic, filter, () => true);
  const byText = (): number => countAll(store, topic, undefined, (record) => tagsSet.has(tagsOf(record)));
  const byString = (): number => countAll(store, topic, undefined, (record) => [...tagsSet].some((tag) => propertiesOf(record).toString().includes(`TAGS\u0001${tag}\u0002`)));
  return [
    {
      id: 'tag-filter',
      title: `Tag filter: two tags of ten, ${MESSAGES} messages read from a queue`,
      unit: 'message',
      unitsPerRun: MESSAGES,
      contestants: [
        { name: "by the consume queue's tags code", run: byCode },
        { name: "by the tag's text, read from each record", run: byText },
        { name: 'by the properties of each record as a string', run: byString },
      ],
      check() {
        assert.equal(byCode(), (MESSAGES / TAGS) * 2);
        assert.equal(byText(), byCode());
        assert.equal(byString(), byCode());
      },
      close,
    },
  ];
}

function countAll(store: MessageStore, topic: string, filter: TagsFilter | undefined, accepts: (record: Buffer) => boolean): number {
  let count = 0;
  for (let offset = 0; offset < MESSAGES;) {
    const { records, nextBeginOffset } = store.queues.getMessage(topic, 0, offset, MESSAGES, filter);
    for (const run of records) {
      for (let at = 0; at < run.length; at += peekRecord.totalSize(run, at)) {
        if (accepts(run.subarray(at, at + peekRecord.totalSize(run, at)))) count++;
      }
    }
    assert(nextBeginOffset > offset);
    offset = nextBeginOffset;
  }
  return count;
}

function propertiesOf(record: Buffer): Buffer {
  return record.subarray(peekRecord.propertiesAt(record, 0));
}

const TAGS_NAME = Buffer.from('TAGS');
const range = { start: 0, end: 0 };

function tagsOf(record: Buffer): string {
  return findProperty(record, peekRecord.propertiesAt(record, 0), record.length, TAGS_NAME, range) ? record.toString('utf8', range.start, range.end) : '';
}
