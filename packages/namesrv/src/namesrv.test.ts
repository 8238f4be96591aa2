import { decodeTopicList, decodeTopicRouteData, parseProperties, RequestCode, ResponseCode } from '@rocketmq-ts/remoting-protocol';
import { deflateSync } from 'node:zlib';
import { beforeEach, describe, expect, it } from 'vitest';
import { KV_PATH, NamesrvWorld, SETTINGS_PATH } from '../test/client.ts';
import { readTextFile, writeTextFile } from './atomic-file.ts';
import { createNamesrv } from './namesrv.ts';

let world: NamesrvWorld;
beforeEach(() => {
  world = new NamesrvWorld();
});

const HEADER = { brokerAddr: '10.0.0.1:10911', brokerId: '0', brokerName: 'b', clusterName: 'c', haServerAddr: '10.0.0.1:10912' };

function body(topics: readonly string[]): Buffer {
  const table = topics.map((topicName) => `${JSON.stringify(topicName)}:{"order":false,"perm":6,"readQueueNums":4,"topicFilterType":"SINGLE_TAG","topicName":${JSON.stringify(topicName)},"topicSysFlag":0,"writeQueueNums":4}`);
  return Buffer.from(`{"filterServerList":[],"topicConfigSerializeWrapper":{"dataVersion":{"counter":1,"timestamp":1},"topicConfigTable":{${table.join(',')}}}}`);
}

const register = (connection: string, more: Record<string, string> = {}, topics: readonly string[] = ['T']) =>
  world.ask({ connection, code: RequestCode.REGISTER_BROKER, extFields: { ...HEADER, ...more }, body: body(topics) });
const route = (topic: string) => world.ask({ connection: 'tool', code: RequestCode.GET_ROUTEINTO_BY_TOPIC, extFields: { topic } });
const update = (text: string) => world.ask({ connection: 'tool', code: RequestCode.UPDATE_NAMESRV_CONFIG, body: Buffer.from(text) });

describe('a broker', () => {
  it('is gone at once when its connection closes', async () => {
    await world.start();
    await register('broker');
    expect((await route('T')).code).toBe(ResponseCode.SUCCESS);
    await world.close('broker');
    expect((await route('T')).code).toBe(ResponseCode.TOPIC_NOT_EXIST);
  });

  it('that only keeps its connection open is gone after two minutes, and its connection with it', async () => {
    await world.start();
    await register('broker');
    // The line to the broker is dead, nobody hears of a close.
    world.sim.net.partition('namesrv', 'broker');
    await world.sim.runFor(119_000);
    expect((await route('T')).code).toBe(ResponseCode.SUCCESS);
    await world.sim.runFor(13_000);
    expect((await route('T')).code).toBe(ResponseCode.TOPIC_NOT_EXIST);
    expect(world.sim.net.connectionsOf('namesrv')).toBe(1);
  });

  it('that registers every 30 s stays', async () => {
    await world.start();
    for (let count = 0; count < 10; count++) {
      await register('broker');
      await world.sim.runFor(30_000);
    }
    expect((await route('T')).code).toBe(ResponseCode.SUCCESS);
  });

  it('with an impossible name or address is refused, one with an impossible topic keeps the others', async () => {
    await world.start();
    for (const more of [{ brokerName: '' }, { brokerName: 'a b' }, { clusterName: 'x\nINFO forged' }, { brokerName: 'x'.repeat(256) }, { brokerAddr: 'nowhere' }, { brokerAddr: '1.2.3.4:0' }]) {
      expect(await register('broker', more), JSON.stringify(more)).toMatchObject({ code: ResponseCode.SYSTEM_ERROR });
    }
    expect(world.namesrv?.routes.live.size).toBe(0);
    expect((await register('broker', {}, ['good', 'bad\u001b[31m', '', '__proto__'])).code).toBe(ResponseCode.SUCCESS);
    const all = await world.ask({ connection: 'tool', code: RequestCode.GET_ALL_TOPIC_LIST_FROM_NAMESERVER });
    expect([...decodeTopicList(all.body as Buffer).topicList].sort()).toEqual(['__proto__', 'good']);
  });

  it('without a needed field is told which', async () => {
    await world.start();
    const { brokerAddr: _left, ...rest } = HEADER;
    const answer = await world.ask({ connection: 'broker', code: RequestCode.REGISTER_BROKER, extFields: rest, body: body(['T']) });
    expect(answer).toMatchObject({ code: ResponseCode.SYSTEM_ERROR, remark: expect.stringContaining('brokerAddr') });
  });

  it('whose body is broken or a bomb is refused, and the name server goes on', async () => {
    await world.start();
    const bodies: [string, Buffer][] = [
      ['false', Buffer.from('{"topicConfigSerializeWrapper":')],
      ['false', Buffer.from('[]')],
      ['true', Buffer.from('not zlib')],
      ['true', deflateSync(Buffer.alloc(200 * 1024 * 1024), { level: 9 })],
      ['true', deflateSync(Buffer.from([0x7f, 0xff, 0xff, 0xff]))],
    ];
    for (const [compressed, bytes] of bodies) {
      const answer = await world.ask({ connection: 'broker', code: RequestCode.REGISTER_BROKER, extFields: { ...HEADER, compressed }, body: bytes });
      expect(answer.code, bytes.subarray(0, 20).toString()).toBe(ResponseCode.SYSTEM_ERROR);
    }
    expect((await register('broker')).code).toBe(ResponseCode.SUCCESS);
  });
});

describe('a broker group', () => {
  const MASTER = { brokerAddr: '10.0.0.1:10911', brokerId: '0' };
  const brokers = () => [...(world.namesrv?.routes.brokers.get('b')?.addrs ?? [])];

  it('has one broker per id: a second one is refused, told where the other is and how to take its place, and logged once a minute', async () => {
    await world.start();
    await register('old');
    await world.sim.runFor(12_000);
    const refused = await register('new', { brokerAddr: '10.0.0.9:10911' });
    expect(refused).toMatchObject({ code: ResponseCode.SYSTEM_ERROR });
    expect(refused.remark).toBe(
      'b with brokerId 0 is alive at 10.0.0.1:10911, so 10.0.0.9:10911 is not taken for it. ' +
        'Give it another brokerName or brokerId (0 is the master, slaves have 1, 2, …). ' +
        'If it is meant to take that place: stop 10.0.0.1:10911 first. If that machine is gone without a word (it last registered 12 s ago), ' +
        'it is forgotten in 108 s at the latest, and the next registration succeeds by itself; at once with brokerMoveEnable=true at the name server.',
    );
    const refusals = () => world.sim.host('namesrv').log.entries.filter(({ message }) => message === 'a registration was refused').length;
    await register('new', { brokerAddr: '10.0.0.9:10911' });
    expect(refusals()).toBe(1);
    await register('new', { brokerAddr: '10.0.0.8:10911' });
    expect(refusals()).toBe(2);
    await world.sim.runFor(60_000);
    await register('new', { brokerAddr: '10.0.0.9:10911' });
    expect(refusals()).toBe(3);
    expect(brokers()).toEqual([[0, '10.0.0.1:10911']]);
  });

  it('is of one cluster', async () => {
    await world.start();
    await register('master');
    const refused = await register('slave', { brokerAddr: '10.0.0.2:10911', brokerId: '1', clusterName: 'other' });
    expect(refused).toMatchObject({ code: ResponseCode.SYSTEM_ERROR, remark: expect.stringContaining('belongs to cluster c, where 10.0.0.1:10911 is alive, so 10.0.0.2:10911 of cluster other is not taken') });
    expect(brokers()).toEqual([[0, '10.0.0.1:10911']]);
    // The broker itself may be configured anew and started again before its former connection is known to have ended.
    expect((await register('restarted', { clusterName: 'other' })).code).toBe(ResponseCode.SUCCESS);
    expect([...world.namesrv!.routes.clusters.keys()]).toEqual(['other']);
  });

  it('has no broker with a negative id', async () => {
    await world.start();
    expect(await register('broker', { brokerId: '-1' })).toMatchObject({ code: ResponseCode.SYSTEM_ERROR, remark: expect.stringContaining('brokerId -1') });
    expect(world.namesrv!.routes.brokers.size).toBe(0);
  });

  it('lets a broker come back: at its address over another connection, under another id, and elsewhere once its connection has ended', async () => {
    await world.start();
    await register('broker');
    expect((await register('restarted')).code).toBe(ResponseCode.SUCCESS);
    expect((await register('restarted', { brokerId: '1' })).code).toBe(ResponseCode.SUCCESS);
    expect(brokers()).toEqual([[1, '10.0.0.1:10911']]);
    await world.close('broker');
    expect(brokers()).toEqual([[1, '10.0.0.1:10911']]);
    await world.close('restarted');
    expect((await register('elsewhere', { brokerAddr: '10.0.0.9:10911' })).code).toBe(ResponseCode.SUCCESS);
  });

  it('lets a broker whose machine is gone without a word come back elsewhere after two minutes', async () => {
    await world.start();
    await register('broker');
    world.sim.net.partition('namesrv', 'broker');
    const moved = () => register('elsewhere', { brokerAddr: '10.0.0.9:10911' });
    await world.sim.runFor(119_000);
    expect((await moved()).code).toBe(ResponseCode.SYSTEM_ERROR);
    await world.sim.runFor(2000);
    expect((await moved()).code).toBe(ResponseCode.SUCCESS);
    await world.sim.runFor(20_000);
    expect(brokers()).toEqual([[0, '10.0.0.9:10911']]);
  });

  it('lets a broker be moved while the other one is alive, once an operator has said so', async () => {
    await world.start();
    await register('old');
    expect((await update('brokerMoveEnable=true')).code).toBe(ResponseCode.SUCCESS);
    expect((await register('new', { brokerAddr: '10.0.0.9:10911' })).code).toBe(ResponseCode.SUCCESS);
    expect(brokers()).toEqual([[0, '10.0.0.9:10911']]);
    await update('brokerMoveEnable=false');
    expect((await register('old', MASTER)).code).toBe(ResponseCode.SYSTEM_ERROR);
    await world.close('old');
    expect(brokers()).toEqual([[0, '10.0.0.9:10911']]);
  });

  it('asks a broker for all its topics when it has named one of them only', async () => {
    await world.start();
    const ask = () => world.ask({ connection: 'broker', code: RequestCode.QUERY_DATA_VERSION, extFields: HEADER, body: Buffer.from('{"counter":1,"timestamp":1}') });
    await register('broker', {}, ['new']);
    expect((await ask()).extFields?.get('changed')).toBe('true');
    await register('broker', {}, ['new', 'old']);
    expect((await ask()).extFields?.get('changed')).toBe('false');
  });
});

describe('a route', () => {
  it('is not denied before any broker had the time to register', async () => {
    await world.start();
    expect(await route('T')).toMatchObject({ code: ResponseCode.SYSTEM_ERROR, remark: expect.stringContaining('just started') });
    await world.sim.runFor(45_000);
    expect((await route('T')).code).toBe(ResponseCode.TOPIC_NOT_EXIST);
  });

  it('is denied as soon as a broker has registered', async () => {
    await world.start();
    await register('broker');
    expect((await route('other')).code).toBe(ResponseCode.TOPIC_NOT_EXIST);
  });

  it('names an order topic’s queues once that is switched on', async () => {
    await world.start();
    await register('broker');
    await world.ask({ connection: 'tool', code: RequestCode.PUT_KV_CONFIG, extFields: { namespace: 'ORDER_TOPIC_CONFIG', key: 'T', value: 'b:4' } });
    const conf = async () => decodeTopicRouteData((await route('T')).body as Buffer).orderTopicConf;
    expect(await conf()).toBeUndefined();
    await update('orderMessageEnable=true');
    expect(await conf()).toBe('b:4');
  });
});

describe('settings', () => {
  it('can be read in full', async () => {
    await world.start();
    const answer = await world.ask({ connection: 'tool', code: RequestCode.GET_NAMESRV_CONFIG });
    expect(parseProperties((answer.body as Buffer).toString()).map(({ key, value }) => [key, value])).toEqual([...world.options.properties]);
  });

  it.each([
    ['kvConfigPath=/etc/cron.d/x', ResponseCode.NO_PERMISSION],
    ['listenPort=1', ResponseCode.NO_PERMISSION],
    ['nonsense=1', ResponseCode.SYSTEM_ERROR],
    ['__proto__=1', ResponseCode.SYSTEM_ERROR],
    ['orderMessageEnable=maybe', ResponseCode.SYSTEM_ERROR],
    ['orderMessageEnable=true\nkvConfigPath=/x', ResponseCode.NO_PERMISSION],
    [`orderMessageEnable=${'x'.repeat(100_000)}`, ResponseCode.SYSTEM_ERROR],
  ])('%.60s changes nothing', async (text, code) => {
    await world.start();
    expect((await update(text)).code).toBe(code);
    const answer = await world.ask({ connection: 'tool', code: RequestCode.GET_NAMESRV_CONFIG });
    expect((answer.body as Buffer).toString()).toContain('orderMessageEnable=false');
    expect(readTextFile(world.env.disk, SETTINGS_PATH)).toBeUndefined();
  });

  it('that say what is so already are fine, and a change is kept in the file with everything else in it', async () => {
    await world.sim.run(writeTextFile(world.env.disk, SETTINGS_PATH, '# mine\r\norderMessageEnable = \\\n  false\nlistenPort=9876'));
    await world.start();
    expect((await update('listenPort=9876\norderMessageEnable=false\n')).code).toBe(ResponseCode.SUCCESS);
    expect((await update('orderMessageEnable=true')).code).toBe(ResponseCode.SUCCESS);
    expect(readTextFile(world.env.disk, SETTINGS_PATH)).toBe('# mine\r\norderMessageEnable=true\nlistenPort=9876\n');
  });
});

describe('KV settings', () => {
  const put = (key: string, value: string) => world.ask({ connection: 'tool', code: RequestCode.PUT_KV_CONFIG, extFields: { namespace: 'ns', key, value } });
  const get = async (key: string) => (await world.ask({ connection: 'tool', code: RequestCode.GET_KV_CONFIG, extFields: { namespace: 'ns', key } })).extFields?.get('value');

  it('survive a loss of power once they are answered', async () => {
    await world.start();
    for (let index = 0; index < 5; index++) expect((await put(`k${index}`, String(index))).code).toBe(0);
    world.sim.host('namesrv').crash();
    await world.close('tool');
    await world.start();
    for (let index = 0; index < 5; index++) expect(await get(`k${index}`)).toBe(String(index));
  });

  it('are answered with an error when they can’t be kept, and the old file stays', async () => {
    await world.start();
    await put('k', 'old');
    const before = readTextFile(world.env.disk, KV_PATH);
    world.sim.host('namesrv').disk.faults.fail({ call: 'datasync', systemCode: 'EIO' });
    expect((await put('k', 'new')).code).toBe(ResponseCode.SYSTEM_ERROR);
    expect(readTextFile(world.env.disk, KV_PATH)).toBe(before);
  });

  it('of any name are kept apart from the objects of this language', async () => {
    await world.start();
    await put('__proto__', 'p');
    await put('constructor', 'c');
    expect([await get('__proto__'), await get('constructor'), await get('toString')]).toEqual(['p', 'c', undefined]);
  });

  it('in a file that can’t be understood stop the start instead of being replaced', async () => {
    for (const text of ['{"configTable":', '[]', '{"configTable":{"ns":1}}']) {
      await world.sim.run(writeTextFile(world.env.disk, KV_PATH, text));
      const start = world.sim.run(createNamesrv(world.env, world.options).start());
      await expect(start).rejects.toMatchObject({ code: 'KV_CONFIG', message: expect.stringContaining(KV_PATH) });
    }
  });
});

it('stops with nothing left, and can be followed by another on the same port', async () => {
  const first = await world.start();
  await register('broker');
  await world.sim.run(first.stop());
  await world.sim.runUntilIdle();
  expect(world.sim.net.connectionsOf('namesrv')).toBe(0);
  await world.start();
  expect((await register('broker')).code).toBe(ResponseCode.SUCCESS);
});
