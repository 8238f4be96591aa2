import { decodeRecord, decodeRecords, type MessageExt } from '@rocketmq-ts/remoting-protocol';
import type { SimDisk } from '@rocketmq-ts/kernel/sim';
import type { MessageStore, StoreOptions } from '../../src/ports.ts';
import { type Ending, type History, placeOf } from './history.ts';

export class CheckFailed extends Error {}

function check(condition: boolean, what: string): asserts condition {
  if (!condition) throw new CheckFailed(what);
}

export const TOPICS = ['TopicA', 'TopicB'] as const;
export const QUEUE_IDS = [0, 1] as const;

/** Everything that is in a queue, by reading as a consumer does; fails at the first hole. */
export function readQueue(store: MessageStore, topic: string, queueId: number, from: number): MessageExt[] {
  const messages: MessageExt[] = [];
  const max = store.queues.maxQueueOffset(topic, queueId);
  for (let next = from; next < max; ) {
    const result = store.queues.getMessage(topic, queueId, next, 32, undefined);
    check(result.status === 'FOUND', `${topic}/${queueId} at ${next} of ${max}: ${result.status}`);
    for (const message of result.records.flatMap((run) => decodeRecords(run))) {
      check(message.queueOffset === next, `${topic}/${queueId}: offset ${message.queueOffset} where ${next} is due`);
      next += 1;
      messages.push(message);
    }
  }
  return messages;
}

/**
 * Holds a store that was just opened against what senders and consumers know.
 *
 * acked ⇒ present once, at its own offsets, with its own body · nothing that nobody sent · queue offsets without gap ·
 * what consumers saw is still so · log, consume queues and index agree · nothing but zeros behind the end
 */
export function checkStore(store: MessageStore, history: History, ending: Ending, disk: SimDisk, options: StoreOptions): void {
  const end = store.admin.maxPhysicalOffset;
  const found = new Map<string, MessageExt>();
  for (const topic of TOPICS) {
    for (const queueId of QUEUE_IDS) {
      for (const message of readQueue(store, topic, queueId, 0)) checkMessage(store, history, found, message);
    }
  }
  for (const sent of history.sent.values()) {
    const isThere = found.has(sent.id);
    check(isThere || !history.mustSurvive(sent, ending), `${sent.id} (${sent.status}, waits ${sent.waits}) at ${sent.physicalOffset} is lost; the log ends at ${end}`);
    check(isThere === sent.endOffset <= end, `${sent.id} at ${sent.physicalOffset} is ${isThere ? 'there' : 'lost'}, the log ends at ${end}`);
  }
  for (const [place, sent] of history.seen) {
    check(found.has(sent.id) || history.maySeeAndLose(ending), `a consumer saw ${sent.id} at ${place}, and it is gone`);
  }
  const offsets = walkLog(disk, options, end);
  const queued = [...found.values()].map((message) => message.commitLogOffset).sort((a, b) => a - b);
  check(offsets.join() === queued.join(), `the log holds records at ${offsets.join()}, the queues ${queued.join()}`);
}

function checkMessage(store: MessageStore, history: History, found: Map<string, MessageExt>, message: MessageExt): void {
  const id = message.properties.get('KEYS') ?? '';
  const sent = history.sent.get(id);
  check(sent !== undefined, `${id} at ${message.commitLogOffset} was never sent`);
  check(!found.has(id), `${id} is there twice`);
  found.set(id, message);
  check(message.topic === sent.topic && message.queueId === sent.queueId, `${id} at ${message.commitLogOffset} is in ${message.topic}/${message.queueId}, and was sent to ${sent.topic}/${sent.queueId} at ${sent.physicalOffset}`);
  check(message.body.equals(sent.body), `${id} has another body`);
  check(message.commitLogOffset === sent.physicalOffset && message.queueOffset === sent.queueOffset, `${id} was told ${sent.physicalOffset}/${sent.queueOffset} and is at ${message.commitLogOffset}/${message.queueOffset}`);
  const seen = history.seen.get(placeOf(sent.topic, sent.queueId, message.queueOffset));
  check(seen === undefined || seen.id === id, `a consumer saw ${seen?.id} where ${id} is now`);
  check(store.finder.recordAt(sent.physicalOffset)?.length === message.storeSize, `${id} is not found by its place`);
}

/** Every message of the log is found by its key. To be asked when the index has had time to catch up. */
export function checkIndex(store: MessageStore, history: History): void {
  for (const { id, topic, physicalOffset } of history.sent.values()) {
    const byKey = store.finder.queryByKey({ topic, key: id, maxCount: 8, beginWallMs: 0, endWallMs: Number.MAX_SAFE_INTEGER });
    const places = byKey.records.map((record) => decodeRecord(record).commitLogOffset);
    check(places.length === 1 && places[0] === physicalOffset, `${id} at ${physicalOffset} is found by its key at [${places.join()}]`);
  }
}

/** Offsets of all records, read from the files without the store's help. */
function walkLog(disk: SimDisk, options: StoreOptions, end: number): number[] {
  const size = options.mappedFileSizeCommitLog;
  const offsets: number[] = [];
  for (let base = 0; base < end; base += size) {
    const bytes = disk.readFile(`${options.storePathCommitLog}/${base.toString().padStart(20, '0')}`);
    check(bytes.length === size, `the file at ${base} has ${bytes.length} bytes`);
    let at = 0;
    while (at < size && base + at < end) {
      if (bytes.readInt32BE(at + 4) === (0xcbd43194 | 0)) {
        check(bytes.readInt32BE(at) === size - at, `the blank at ${base + at} does not reach the end of its file`);
        at = size;
      } else {
        const record = decodeRecord(bytes, at);
        check(record.commitLogOffset === base + at, `the record at ${base + at} says it is at ${record.commitLogOffset}`);
        offsets.push(base + at);
        at += record.storeSize;
      }
    }
    check(base + at >= end || at === size, `the log has a hole at ${base + at}`);
    check(bytes.subarray(at).every((byte) => byte === 0) || at === size, `there is more than zeros behind the end ${end}`);
  }
  return offsets;
}
