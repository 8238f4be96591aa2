import { readdirSync, readFileSync } from 'node:fs';
import { createSimulation } from '@rocketmq-ts/kernel/sim';
import { decodeRecords } from '@rocketmq-ts/remoting-protocol';
import { describe, expect, it } from 'vitest';
import { message } from '../test/messages.ts';
import { storeOptions } from '../test/store-options.ts';
import { StoreWorld } from '../test/store-world.ts';
import { openStore } from './open-store.ts';

describe('openStore', () => {
  it('refuses a store that a live process holds, in words that a search finds', async () => {
    const world = await StoreWorld.open();
    const second = openStore(world.host.env, world.options, { messageArrived() {} });
    await expect(world.simulation.run(second)).rejects.toMatchObject({ code: 'STORE_LOCKED', message: expect.stringContaining('Lock failed, MQ already started') as string });
    await world.stop();
    await world.open();
  });

  it('holds no timer and no lock after stop, and stop may be called again', async () => {
    const world = await StoreWorld.open();
    await world.sendNow();
    await world.stop();
    await world.stop();
    const calls = world.host.disk.faults.changingCalls;
    await world.simulation.runFor(120_000);
    expect(world.host.disk.faults.changingCalls).toBe(calls);
  });

  it('answers everybody who waits when it stops', async () => {
    const world = await StoreWorld.open({ flushDiskType: 'SYNC_FLUSH' });
    const sendings = Array.from({ length: 5 }, () => world.send());
    await world.stop();
    expect(sendings.map((one) => one.outcome)).toEqual(Array(5).fill('PUT_OK'));
  });

  it('leaves nothing behind the end of the log after a clean stop', async () => {
    const world = await StoreWorld.open();
    await world.sendNow();
    const end = world.store.admin.maxPhysicalOffset;
    await world.stop();
    const file = world.host.disk.readFile('/store/commitlog/00000000000000000000');
    expect(file.subarray(end).every((byte) => byte === 0)).toBe(true);
    expect(world.host.disk.files('/store').map((path) => path.slice('/store/'.length))).toEqual(['checkpoint', 'commitlog/00000000000000000000', 'lock']);
  });

  it('tells its figures', async () => {
    const world = await StoreWorld.open();
    await world.sendNow();
    const { admin } = world.store;
    expect(admin).toMatchObject({ isWriteable: true, notWriteableReason: undefined, minPhysicalOffset: 0, derivedOffset: admin.maxPhysicalOffset });
    expect(admin.stats).toMatchObject({ putTimesTotal: 1, putSizeTotal: admin.maxPhysicalOffset, putFailedTimes: 0 });
    expect(admin.earliestStoreTimestamp).toBeGreaterThan(1_700_000_000_000);
    expect(admin.commitLogDiskRatio).toBeLessThan(1);
  });
});

describe('a store that Java 4.6.0 wrote', () => {
  const golden = new URL('../test/golden/store/', import.meta.url);
  const contents = readFileSync(new URL('contents.jsonl', golden), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  const options = storeOptions({ mappedFileSizeCommitLog: 32_768, mappedFileSizeConsumeQueue: 400, maxHashSlotNum: 53, maxIndexNum: 200, maxMessageSize: 16_384 });

  async function opened() {
    const simulation = createSimulation(1);
    const { disk } = simulation;
    for (const entry of readdirSync(new URL('root/', golden), { recursive: true, withFileTypes: true })) {
      if (entry.isFile()) disk.writeFile(`/store${entry.parentPath.slice(entry.parentPath.indexOf('/golden/store/root') + '/golden/store/root'.length).replace(/\/$/, '')}/${entry.name}`, readFileSync(`${entry.parentPath}/${entry.name}`));
    }
    if (!disk.exists('/store/lock')) disk.writeFile('/store/lock', Buffer.from('lock'));
    const open = () => simulation.run(openStore(simulation.host('a').env, options, { messageArrived() {} }));
    return { simulation, open, store: await open() };
  }

  it.each(['as it was left', 'with the abort file of an unclean exit', 'without consume queues and index'])('opens %s with the same messages', async (how) => {
    const { simulation, open, store } = await opened();
    if (how !== 'as it was left') {
      await simulation.run(store.stop());
      if (how.startsWith('with the abort')) simulation.disk.writeFile('/store/abort', Buffer.alloc(0));
      else for (const path of simulation.disk.files('/store')) if (/consumequeue|index|queueends/.test(path)) await simulation.run(simulation.host('a').env.disk.remove(path));
    }
    const checked = how === 'as it was left' ? store : await open();
    await simulation.runFor(5000);
    const messages = contents.filter((line) => line['kind'] === 'message');
    expect(messages.length).toBeGreaterThan(100);
    for (const line of messages) {
      const record = checked.finder.recordAt(line['physicalOffset'] as number);
      expect(record?.length).toBe(line['storeSize']);
      const result = checked.queues.getMessage(line['topic'] as string, line['queueId'] as number, line['queueOffset'] as number, 1, undefined);
      const [first] = result.records.flatMap((one) => decodeRecords(one));
      expect([first?.commitLogOffset, first?.storeTimestamp]).toEqual([line['physicalOffset'], line['storeTimestamp']]);
    }
    const end = contents.find((line) => line['kind'] === 'log')?.['maxPhysicalOffset'];
    expect(checked.admin.maxPhysicalOffset).toBe(end);
    const next = checked.appender.append(message({ topic: 'GoldenOther', queueId: 0 }));
    const queue = contents.find((line) => line['kind'] === 'queue' && line['topic'] === 'GoldenOther' && line['queueId'] === 0);
    expect(next).toMatchObject({ status: 'APPENDED', queueOffset: queue?.['maxOffset'] as number, physicalOffset: end });
  });
});
