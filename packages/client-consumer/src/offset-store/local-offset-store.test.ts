import { createSimulation, type SimHost } from '@rocketmq-ts/kernel/sim';
import { beforeEach, describe, expect, it } from 'vitest';
import { LocalOffsetStore } from './local-offset-store.ts';
import { offsetsFromJson, offsetsToJson } from './offsets-json.ts';

const queue = (queueId: number) => ({ topic: 'TopicTest', brokerName: 'broker-a', queueId });

describe('offsets.json', () => {
  it('is read and written as Java 4.6.0 does it', () => {
    // OffsetSerializeWrapper.toJson(true) and toJson(false), fastjson 1.2.61
    const pretty = '{\n\t"offsetTable":{{\n\t\t\t"brokerName":"broker-a",\n\t\t\t"queueId":0,\n\t\t\t"topic":"TopicTest"\n\t\t}:123,{\n\t\t\t"brokerName":"broker-a",\n\t\t\t"queueId":1,\n\t\t\t"topic":"TopicTest"\n\t\t}:7\n\t}\n}';
    const expected = [{ mq: queue(0), offset: 123 }, { mq: queue(1), offset: 7 }];
    expect(offsetsFromJson(Buffer.from(pretty))).toEqual(expected);
    expect(offsetsFromJson(Buffer.from('{"offsetTable":{{"brokerName":"broker-a","queueId":0,"topic":"TopicTest"}:123,{"brokerName":"broker-a","queueId":1,"topic":"TopicTest"}:7}}'))).toEqual(expected);
    expect(offsetsToJson(expected).toString()).toBe(pretty);
  });
});

describe('the store of a broadcasting group', () => {
  let host: SimHost;
  let sim: ReturnType<typeof createSimulation>;
  beforeEach(() => {
    sim = createSimulation(3);
    host = sim.host('client');
    host.env.disk.makeDir('/home/x');
  });
  const open = (): LocalOffsetStore => {
    const store = new LocalOffsetStore({ disk: host.env.disk, log: host.env.log, folder: '/home/x/.rocketmq_offsets', clientId: '10.0.0.9@DEFAULT', group: 'g' });
    store.load();
    return store;
  };

  it('keeps offsets under client id and group, the former file beside it', async () => {
    const store = open();
    expect(store.path).toBe('/home/x/.rocketmq_offsets/10.0.0.9@DEFAULT/g/offsets.json');
    expect(await store.read(queue(0))).toEqual({ kind: 'none' });
    store.table.set(queue(0), 5);
    await sim.run(store.persist());
    store.table.advance(queue(0), 9);
    store.table.advance(queue(0), 8);
    await sim.run(store.persist());
    expect(host.env.disk.exists(`${store.path}.bak`)).toBe(true);
    expect(await open().read(queue(0))).toEqual({ kind: 'offset', offset: 9 });
  });

  it('keeps queues that went away, whichever queues are persisted', async () => {
    const store = open();
    store.table.set(queue(0), 5);
    store.table.set(queue(1), 6);
    store.forget();
    await sim.run(store.persist());
    expect(await open().read(queue(1))).toEqual({ kind: 'offset', offset: 6 });
  });

  it('takes the backup when the file is damaged, and refuses to start over both damaged', async () => {
    const store = open();
    store.table.set(queue(0), 5);
    await sim.run(store.persist());
    store.table.set(queue(0), 6);
    await sim.run(store.persist());
    const damage = (path: string): void => {
      const file = host.env.disk.open(path, 'readwrite');
      file.writeAt(0, Buffer.from('garbage'), 0, 7);
      file.close();
    };
    damage(store.path);
    expect(await open().read(queue(0))).toEqual({ kind: 'offset', offset: 5 });
    damage(`${store.path}.bak`);
    expect(open).toThrow(expect.objectContaining({ code: 'RMQ_OFFSET_FILE' }));
  });

  it('survives the end of power at any moment with an old or the new offset', async () => {
    for (let seed = 0; seed < 60; seed += 1) {
      sim = createSimulation(seed);
      host = sim.host('client');
      host.env.disk.makeDir('/home/x');
      await sim.run(Promise.all([host.env.disk.syncDir('/'), host.env.disk.syncDir('/home')]));
      const first = open();
      first.table.set(queue(0), 1);
      await sim.run(first.persist());
      first.table.set(queue(0), 2);
      void first.persist();
      await sim.runFor(seed / 20);
      host.crash();
      const after = await open().read(queue(0));
      expect(after.kind === 'offset' ? after.offset : -1, `seed ${seed}`).toBeGreaterThanOrEqual(1);
    }
  });

  it('a disk that is full is reported and tried again', async () => {
    const store = open();
    store.table.set(queue(0), 5);
    host.disk.faults.fail({ call: 'writeAt', systemCode: 'ENOSPC' });
    await sim.run(store.persist());
    expect(host.log.entries.some((entry) => entry.level === 'error')).toBe(true);
    await sim.run(store.persist());
    expect(await open().read(queue(0))).toEqual({ kind: 'offset', offset: 5 });
  });
});
