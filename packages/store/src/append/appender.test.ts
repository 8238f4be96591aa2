import { decodeRecords, peekRecord } from '@rocketmq-ts/remoting-protocol';
import { describe, expect, it } from 'vitest';
import { batch, message } from '../../test/messages.ts';
import { StoreWorld } from '../../test/store-world.ts';
import type { Appended } from '../ports.ts';

const key = (index: number): string => `k${index}`;

describe('append', () => {
  it('gives each queue its own offsets and each record its place', async () => {
    const world = await StoreWorld.open();
    const results = [0, 1, 0, 1, 0].map((queueId) => world.send({ queueId }).result as Appended);
    expect(results.map((one) => one.queueOffset)).toEqual([0, 0, 1, 1, 2]);
    expect(results.map((one) => one.physicalOffset)).toEqual([0, 1, 2, 3, 4].map((index) => index * (results[0] as Appended).endOffset));
    await world.simulation.runUntilIdle();
    expect(world.read('Topic', 0).map((one) => one.queueOffset)).toEqual([0, 1, 2]);
    const [first] = world.read('Topic', 1);
    expect(first).toMatchObject({ topic: 'Topic', queueId: 1, bornHost: { ip: '10.0.0.7', port: 40_123 }, storeHost: { ip: '10.0.0.1', port: 10_911 } });
    expect(first?.storeTimestamp).toBe((results[1] as Appended).storeTimestamp);
  });

  it('is not confirmed, nor to be read, before the turn ends', async () => {
    const world = await StoreWorld.open();
    const sending = world.send();
    expect(sending.outcome).toBe('WAITING');
    expect(world.store.finder.recordAt(0)).toBeUndefined();
    await world.simulation.runUntilIdle();
    expect(sending.outcome).toBe('PUT_OK');
    expect(world.store.finder.recordAt(0)?.length).toBe((sending.result as Appended).endOffset);
  });

  it('writes a turn in one call, guard aside', async () => {
    const world = await StoreWorld.open({ mappedFileSizeCommitLog: 1 << 20 });
    await world.sendNow();
    const before = world.host.disk.faults.changingCalls;
    for (let count = 0; count < 100; count++) world.send();
    await world.simulation.runFor(1);
    expect(world.host.disk.faults.changingCalls - before).toBe(2);
  });

  it('continues queue offsets after a restart', async () => {
    const world = await StoreWorld.open();
    for (let count = 0; count < 3; count++) await world.sendNow();
    await world.stop();
    await world.open();
    expect((world.send().result as Appended).queueOffset).toBe(3);
  });

  it('stores IPv6 hosts with the bits that say so, and takes mapped IPv4 for IPv4', async () => {
    const world = await StoreWorld.open();
    await world.sendNow({ bornHost: { ip: '2001:db8::1', port: 1 } });
    await world.sendNow({ bornHost: { ip: '::ffff:9.8.7.6', port: 1 }, sysFlag: 0x30 });
    const [v6, v4] = world.read();
    expect([v6?.sysFlag, v6?.bornHost.ip]).toEqual([0x10, '2001:db8::1']);
    expect([v4?.sysFlag, v4?.bornHost.ip]).toEqual([0, '9.8.7.6']);
  });

  it('gives no queue offset to prepared and rollback records', async () => {
    const world = await StoreWorld.open();
    const offsets = [0, 0x4, 0xc, 0x8, 0].map((sysFlag) => (world.send({ sysFlag }).result as Appended).queueOffset);
    expect(offsets).toEqual([0, 0, 0, 1, 2]);
  });

  it('keeps topics apart that are names of objects’ insides', async () => {
    const world = await StoreWorld.open();
    for (const topic of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
      expect((world.send({ topic }).result as Appended).queueOffset).toBe(0);
      expect((world.send({ topic }).result as Appended).queueOffset).toBe(1);
    }
  });
});

describe('limits', () => {
  it.each([
    ['a topic of 127 bytes', { topic: 'x'.repeat(127) }, 'APPENDED'],
    ['a topic of 128 bytes', { topic: 'x'.repeat(128) }, 'MESSAGE_ILLEGAL'],
    ['a topic whose bytes are too many', { topic: 'ä'.repeat(64) }, 'MESSAGE_ILLEGAL'],
    ['properties of 32767 bytes', { properties: Buffer.alloc(32_767, 97) }, 'APPENDED'],
    ['properties of 32768 bytes', { properties: Buffer.alloc(32_768, 97) }, 'PROPERTIES_SIZE_EXCEEDED'],
    ['a record of maxMessageSize', { body: Buffer.alloc(100_000 - 96) }, 'APPENDED'],
    ['a record one byte larger', { body: Buffer.alloc(100_000 - 95) }, 'MESSAGE_ILLEGAL'],
    ['an empty body', { body: Buffer.alloc(0) }, 'APPENDED'],
  ])('%s', async (_what, overrides, expected) => {
    const world = await StoreWorld.open({ maxMessageSize: 100_000, mappedFileSizeCommitLog: 1 << 20 });
    expect(world.store.appender.append(message(overrides)).status).toBe(expected);
  });

  it('refuses what can never fit into a file', async () => {
    const world = await StoreWorld.open({ mappedFileSizeCommitLog: 16 * 1024 });
    expect(world.send({ body: Buffer.alloc(16 * 1024) }).outcome).toBe('MESSAGE_ILLEGAL');
    expect(await world.sendNow({ body: Buffer.alloc(13 * 1024) })).toBe('PUT_OK');
  });

  it('refuses all sends on a slave, and after stop', async () => {
    const slave = await StoreWorld.open({ brokerRole: 'SLAVE' });
    expect(slave.send().outcome).toBe('SERVICE_NOT_AVAILABLE');
    const master = await StoreWorld.open();
    await master.stop();
    expect(master.send().outcome).toBe('SERVICE_NOT_AVAILABLE');
  });

  it('tells a SYNC_MASTER’s sender that there is no slave', async () => {
    const world = await StoreWorld.open({ brokerRole: 'SYNC_MASTER' });
    expect(await world.sendNow()).toBe('SLAVE_NOT_AVAILABLE');
    expect(await world.sendNow({}, false)).toBe('PUT_OK');
    expect(world.read().length).toBe(2);
  });
});

describe('a file’s end', () => {
  it('gets a blank, and the record goes to the next file', async () => {
    const world = await StoreWorld.open({ mappedFileSizeCommitLog: 16 * 1024 });
    const places: number[] = [];
    for (let count = 0; count < 40; count++) places.push((world.send({ body: Buffer.alloc(1000, `${count} `) }).result as Appended).physicalOffset);
    await world.simulation.runUntilIdle();
    const size = places[1] as number;
    const inFirst = places.filter((place) => place < 16 * 1024);
    const blankAt = (inFirst.at(-1) as number) + size;
    expect(places[inFirst.length]).toBe(16 * 1024);
    const head = world.host.disk.readFile('/store/commitlog/00000000000000000000', blankAt, blankAt + 8);
    expect([head.readInt32BE(0), head.readUInt32BE(4)]).toEqual([16 * 1024 - blankAt, 0xcbd43194]);
    expect(world.bodies()).toEqual(Array.from({ length: 40 }, (_, count) => Buffer.alloc(1000, `${count} `).toString()));
  });

  it('may come in the middle of a turn that fills several files', async () => {
    const world = await StoreWorld.open({ mappedFileSizeCommitLog: 16 * 1024 });
    const sendings = Array.from({ length: 60 }, (_, count) => world.send({ body: Buffer.alloc(2000, `${count} `) }));
    await world.simulation.runUntilIdle();
    expect(new Set(sendings.map((one) => one.outcome))).toEqual(new Set(['PUT_OK']));
    await world.stop();
    await world.open();
    expect(world.bodies().map((body) => Number.parseInt(body, 10))).toEqual(Array.from({ length: 60 }, (_, count) => count));
  });
});

describe('a batch', () => {
  const items = (count: number, size: number) => Array.from({ length: count }, (_, index) => ({ body: Buffer.alloc(size, index), key: key(index) }));

  it('becomes contiguous records with offsets in a row', async () => {
    const world = await StoreWorld.open();
    await world.sendNow();
    const result = world.store.appender.appendBatch(batch(items(5, 10))) as Appended;
    await world.simulation.runUntilIdle();
    expect(result.queueOffset).toBe(1);
    const stored = world.read().slice(1);
    expect(stored.map((one) => [one.commitLogOffset, one.queueOffset, one.properties.get('KEYS')])).toEqual(result.physicalOffsets.map((place, index) => [place, index + 1, key(index)]));
    expect(result.endOffset).toBe((stored[4]?.commitLogOffset ?? 0) + (stored[4]?.storeSize ?? 0));
  });

  it('never straddles two files', async () => {
    const world = await StoreWorld.open({ mappedFileSizeCommitLog: 16 * 1024 });
    await world.sendNow({ body: Buffer.alloc(10_000) });
    const result = world.store.appender.appendBatch(batch(items(4, 1500))) as Appended;
    expect(result.physicalOffset).toBe(16 * 1024);
    await world.simulation.runUntilIdle();
    expect(world.read().length).toBe(5);
  });

  it.each([
    ['nothing in it', Buffer.alloc(0)],
    ['half an item', batch(items(2, 10)).body.subarray(0, 30)],
    ['a negative length', Buffer.from('0000001e0000000000000000000000ffffffff0000', 'hex')],
  ])('with %s is illegal as a whole', async (_what, body) => {
    const world = await StoreWorld.open();
    expect(world.store.appender.appendBatch(message({ body })).status).toBe('MESSAGE_ILLEGAL');
    expect(world.store.admin.maxPhysicalOffset).toBe(0);
  });

  it('larger than a message may be, or transactional, is illegal', async () => {
    const world = await StoreWorld.open({ maxMessageSize: 1000 });
    expect(world.store.appender.appendBatch(batch(items(5, 200))).status).toBe('MESSAGE_ILLEGAL');
    expect(world.store.appender.appendBatch(batch(items(1, 10), { sysFlag: 0x4 })).status).toBe('MESSAGE_ILLEGAL');
    expect((world.send().result as Appended).queueOffset).toBe(0);
  });
});

it('hands out records that stay as they are', async () => {
  const world = await StoreWorld.open();
  await world.sendNow({ body: Buffer.from('one') });
  const held = world.store.finder.recordAt(0) as Buffer;
  const copy = Buffer.from(held);
  for (let count = 0; count < 200; count++) await world.sendNow({ body: Buffer.alloc(500, count) });
  expect(held.equals(copy)).toBe(true);
  expect(decodeRecords(held)[0]?.body.toString()).toBe('one');
  expect(peekRecord.queueOffset(held, 0)).toBe(0);
});
