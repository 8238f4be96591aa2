import { beforeEach, describe, expect, it } from 'vitest';
import type { GetMessageResult } from '../../src/ports.ts';
import { MemoryLog } from './memory-log.ts';
import { SMALL, World } from './world.ts';

const TOPIC = 'T';

function physicalOffsets({ records }: GetMessageResult): number[] {
  const offsets: number[] = [];
  for (const record of records)
    for (let at = 0; at < record.length; at += record.readInt32BE(at)) offsets.push(record.readUInt32BE(at + 32));
  return offsets;
}

describe('messages by queue offset', () => {
  let world: World;
  let log: MemoryLog;

  beforeEach(() => {
    world = new World(1, { mappedFileSizeConsumeQueue: 20 * 1000 });
    log = new MemoryLog();
  });

  const send = (count: number, options: { readonly body?: string; readonly tag?: string; readonly from?: number } = {}): void => {
    for (let index = 0; index < count; index++) {
      const queueOffset = (options.from ?? 0) + index;
      log.append({
        topic: TOPIC,
        queueId: 0,
        queueOffset,
        storeTimestamp: queueOffset,
        body: options.body ?? 'b',
        ...(options.tag === undefined ? {} : { properties: { TAGS: options.tag } }),
      });
    }
  };
  const get = (
    queueOffset: number,
    maxCount = 32,
    filter: ((tagsCode: number) => boolean) | undefined = undefined,
    topic = TOPIC,
  ): GetMessageResult => world.derived.queues.getMessage(topic, 0, queueOffset, maxCount, filter);
  const outcome = (queueOffset: number, maxCount?: number, topic?: string): unknown => {
    const { status, nextBeginOffset, minOffset, maxOffset } = get(queueOffset, maxCount, undefined, topic);
    return [status, nextBeginOffset, minOffset, maxOffset];
  };

  it('have the status and the next offset that Java gives', async () => {
    send(5);
    await world.openAndCatchUp(log);
    log.deleteBefore(2);
    await world.sim.run(world.derived.deleteBefore(log.minOffset));
    expect(outcome(0, 32, 'unknown')).toEqual(['NO_MESSAGE_IN_QUEUE', 0, 0, 0]);
    expect(outcome(7, 32, 'unknown')).toEqual(['NO_MESSAGE_IN_QUEUE', 0, 0, 0]);
    expect(outcome(1)).toEqual(['OFFSET_TOO_SMALL', 2, 2, 5]);
    expect(outcome(-1)).toEqual(['OFFSET_TOO_SMALL', 2, 2, 5]);
    expect(outcome(2, 2)).toEqual(['FOUND', 4, 2, 5]);
    expect(outcome(5)).toEqual(['OFFSET_OVERFLOW_ONE', 5, 2, 5]);
    expect(outcome(6)).toEqual(['OFFSET_OVERFLOW_BADLY', 5, 2, 5]);
  });

  it('are asked for at the end, not from the start, when the offset is beyond it (rmq#4215)', async () => {
    send(5);
    await world.openAndCatchUp(log);
    expect(outcome(9)).toEqual(['OFFSET_OVERFLOW_BADLY', 5, 0, 5]);
  });

  it('leave a slave that does not check the offset it was asked for', async () => {
    world = new World(1, { brokerRole: 'SLAVE' });
    send(5);
    await world.openAndCatchUp(log);
    expect(outcome(9)).toEqual(['OFFSET_OVERFLOW_BADLY', 9, 0, 5]);
    expect(outcome(-3)).toEqual(['OFFSET_TOO_SMALL', -3, 0, 5]);
    world = new World(2, { brokerRole: 'SLAVE', offsetCheckInSlave: true });
    await world.openAndCatchUp(log);
    expect(outcome(9)).toEqual(['OFFSET_OVERFLOW_BADLY', 5, 0, 5]);
  });

  it('come in one piece of memory of their own, whatever lies between them in the log', async () => {
    send(3);
    log.append({ topic: 'other', queueId: 0, queueOffset: 0 });
    send(2, { from: 3 });
    await world.openAndCatchUp(log);
    const result = get(0);
    expect(physicalOffsets(result)).toEqual([0, 1, 2, 4, 5].map((index) => log.records[index]?.physicalOffset));
    expect(result.records).toHaveLength(1);
    expect(result.bytes).toBe(result.records[0]?.length);
    expect(world.counters).toMatchObject({ getFoundTimes: 1, getMissTimes: 0, getTransferredMessages: 5 });
  });

  it('are limited in count and bytes, less when they are far behind', async () => {
    send(100, { body: 'x'.repeat(5000) });
    await world.openAndCatchUp(log);
    expect(physicalOffsets(get(0, 10))).toHaveLength(10);
    expect(physicalOffsets(get(0, 64))).toHaveLength(32);
    const sizeBytes = log.records[0]?.sizeBytes ?? 0;
    const memory = Math.floor((sizeBytes * 50) / 0.4);
    world = new World(2, { physicalMemoryBytes: memory });
    await world.openAndCatchUp(log);
    const far = get(0, 64);
    expect([physicalOffsets(far).length, far.suggestPullingFromSlave]).toEqual([8, true]);
    const near = get(80, 64);
    expect([physicalOffsets(near).length, near.suggestPullingFromSlave]).toEqual([10, false]);
    expect([world.derived.queues.isInMemory(TOPIC, 0, 0), world.derived.queues.isInMemory(TOPIC, 0, 80)]).toEqual([false, true]);
    world = new World(3, { maxTransferBytesOnMessageInMemory: 4 * sizeBytes });
    await world.openAndCatchUp(log);
    expect(physicalOffsets(get(0))).toHaveLength(4);
  });

  it('are given at least one by one, however large', async () => {
    send(2, { body: 'x'.repeat(300_000) });
    await world.openAndCatchUp(log);
    expect(get(0)).toMatchObject({ status: 'FOUND', nextBeginOffset: 1 });
  });

  it('are passed over by the filter, 800 at most in one call', async () => {
    send(900, { tag: 'no' });
    send(1, { tag: 'yes', from: 900 });
    await world.openAndCatchUp(log);
    const yes = (tagsCode: number): boolean => tagsCode === 119_527;
    expect(get(0, 32, yes)).toMatchObject({ status: 'NO_MATCHED_MESSAGE', nextBeginOffset: 800, records: [] });
    expect(get(800, 32, yes)).toMatchObject({ status: 'FOUND', nextBeginOffset: 901 });
  });

  it('end with their consume queue file', async () => {
    world = new World(1);
    send(25);
    await world.openAndCatchUp(log);
    expect(get(5)).toMatchObject({ status: 'FOUND', nextBeginOffset: SMALL.mappedFileSizeConsumeQueue / 20 });
  });

  it.each(['body', 'head'] as const)('are given without one whose %s is damaged, which is reported once', async (what) => {
    send(6);
    log.damage(3, what);
    await world.openAndCatchUp(log);
    const whole = [0, 1, 2, 4, 5].map((index) => log.records[index]?.physicalOffset);
    expect(physicalOffsets(get(0))).toEqual(whole);
    expect(physicalOffsets(get(0))).toEqual(whole);
    expect(get(3, 1)).toMatchObject({ status: 'FOUND', nextBeginOffset: 5 });
    expect(world.derived.queues.maxQueueOffset(TOPIC, 0)).toBe(6);
    const reports = world.host.log.entries.filter(({ message }) => message.startsWith('A message cannot be read'));
    expect(reports.map(({ fields }) => fields?.['queueOffset'])).toEqual([3]);
  });

  it('are all gone when all are damaged', async () => {
    send(2);
    await world.openAndCatchUp(log);
    log.damage(0, 'body');
    log.damage(1, 'body');
    expect(get(0)).toMatchObject({ status: 'MESSAGE_WAS_REMOVING', nextBeginOffset: 2, records: [] });
  });
});
