import type { TopicConfig } from '@rocketmq-ts/remoting-protocol';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Registration, RouteTable } from './route-table.ts';
import { pickRoute } from './routes.ts';

const FIRST = { connection: 1 };
const SECOND = { connection: 2 };
const EXPIRY_MS = 120_000;

let table: RouteTable;
beforeEach(() => {
  table = new RouteTable();
});

function topic(topicName: string, perm = 6): TopicConfig {
  return { topicName, readQueueNums: 4, writeQueueNums: 4, perm, topicFilterType: 'SINGLE_TAG', topicSysFlag: 0, order: false };
}

function registration(counter: number, topics: readonly (string | TopicConfig)[], more: Partial<Registration> = {}): Registration {
  return {
    clusterName: 'c',
    brokerName: 'b',
    brokerId: 0,
    brokerAddr: '10.0.0.1:10911',
    haServerAddr: '10.0.0.1:10912',
    dataVersion: { timestamp: 1, counter },
    topicConfigs: topics.map((each) => (typeof each === 'string' ? topic(each) : each)),
    filterServers: [],
    ...more,
  };
}

const names = (): string[] => [...table.topics.keys()].sort();
const permOf = (name: string): number | undefined => table.topics.get(name)?.get('b')?.perm;

function expectEmpty(): void {
  expect([table.topics.size, table.brokers.size, table.clusters.size, table.live.size, table.filterServers.size]).toEqual([0, 0, 0, 0, 0]);
}

describe('registration', () => {
  it('of one topic does not swallow the full one of the same version that follows', () => {
    table.register(registration(5, ['new']), FIRST, 0);
    table.register(registration(5, ['old-1', 'old-2', 'new']), FIRST, 10);
    expect(names()).toEqual(['new', 'old-1', 'old-2']);
  });

  it('of a known version leaves wiped permissions and deleted topics as they are, a new version brings them back', () => {
    table.register(registration(1, ['x', 'y']), FIRST, 0);
    expect(table.wipeWritePermission('b')).toBe(2);
    table.deleteTopic('y');
    table.register(registration(1, ['x', 'y']), FIRST, 1);
    expect([names(), permOf('x')]).toEqual([['x'], 4]);
    table.register(registration(2, ['x', 'y']), FIRST, 2);
    expect([names(), permOf('x'), permOf('y')]).toEqual([['x', 'y'], 6, 6]);
  });

  it('of a slave tells it its master; its topics count only while there is no master, and replace nothing', () => {
    const slave = { brokerId: 1, brokerAddr: '10.0.0.2:10911' };
    expect(table.register(registration(1, ['x'], slave), SECOND, 0).master).toBeUndefined();
    expect(names()).toEqual(['x']);
    table.register(registration(1, [topic('x', 4)]), FIRST, 0);
    expect(permOf('x')).toBe(4);
    expect(table.register(registration(2, ['x', 'y'], slave), SECOND, 0).master).toEqual({ masterAddr: '10.0.0.1:10911', haServerAddr: '10.0.0.1:10912' });
    expect(names()).toEqual(['x']);
    table.dropConnection(FIRST);
    table.register(registration(3, ['x', 'z'], slave), SECOND, 0);
    expect([names(), permOf('x')]).toEqual([['x', 'z'], 4]);
  });

  it('of a slave that becomes master at the same address brings its topics, although their version is known', () => {
    const slave = { brokerId: 1, brokerAddr: '10.0.0.2:10911' };
    table.register(registration(1, ['x']), FIRST, 0);
    table.register(registration(1, ['x', 'y'], slave), SECOND, 0);
    table.dropConnection(FIRST);
    table.register(registration(1, ['x', 'y'], { ...slave, brokerId: 0 }), SECOND, 1);
    expect(names()).toEqual(['x', 'y']);
  });

  it('of one topic leaves open whether the others are known, until the full one came', () => {
    table.register(registration(5, ['new']), FIRST, 0);
    expect(table.hasWhole('10.0.0.1:10911', { timestamp: 1, counter: 5 })).toBe(false);
    table.register(registration(5, ['old', 'new']), FIRST, 0);
    table.register(registration(5, ['new']), FIRST, 0);
    expect(table.hasWhole('10.0.0.1:10911', { timestamp: 1, counter: 5 })).toBe(true);
    expect(table.hasWhole('10.0.0.1:10911', { timestamp: 1, counter: 6 })).toBe(false);
  });

  it('of an older version that arrives late takes no topic away', () => {
    table.register(registration(6, ['old', 'new']), FIRST, 0);
    table.register(registration(5, ['old']), FIRST, 0);
    expect(names()).toEqual(['new', 'old']);
  });

  it('under another id moves the address', () => {
    table.register(registration(1, [], { brokerId: 1 }), FIRST, 0);
    table.register(registration(1, ['x']), FIRST, 1);
    expect([...(table.brokers.get('b')?.addrs ?? [])]).toEqual([[0, '10.0.0.1:10911']]);
    expect(names()).toEqual(['x']);
  });

  it('under another name moves the address: one address is one broker', () => {
    table.register(registration(1, ['x']), FIRST, 0);
    table.register(registration(1, ['x'], { brokerName: 'renamed' }), SECOND, 1);
    expect([...table.brokers.keys()]).toEqual(['renamed']);
    expect(pickRoute(table, 'x')?.queueDatas.map(({ brokerName }) => brokerName)).toEqual(['renamed']);
    table.dropConnection(SECOND);
    expectEmpty();
  });

  it('in the place of another live broker leads there; the end of the other one takes nothing away', () => {
    table.register(registration(1, ['x']), FIRST, 0);
    table.register(registration(1, ['x'], { brokerAddr: '10.0.0.9:10911' }), SECOND, 1);
    expect(table.dropConnection(FIRST)).toEqual(['10.0.0.1:10911']);
    expect(pickRoute(table, 'x')?.brokerDatas).toEqual([{ cluster: 'c', brokerName: 'b', brokerAddrs: new Map([[0, '10.0.0.9:10911']]) }]);
  });

  it('with another cluster takes the name there when it is the master’s or nobody else is left, and a slave’s does not', () => {
    table.register(registration(1, ['x']), FIRST, 0);
    const slave = { brokerId: 1, brokerAddr: '10.0.0.2:10911' };
    table.register(registration(1, [], { ...slave, clusterName: 'other' }), SECOND, 0);
    expect([...table.clusters]).toEqual([['c', new Set(['b'])]]);
    table.register(registration(1, ['x'], { clusterName: 'other' }), FIRST, 0);
    expect([...table.clusters]).toEqual([['other', new Set(['b'])]]);
    expect(table.brokers.get('b')?.cluster).toBe('other');
    table.dropConnection(FIRST);
    table.dropConnection(SECOND);
    expectEmpty();
  });

  it('after a lost connection counts as the first one', () => {
    table.register(registration(1, ['x']), FIRST, 0);
    table.dropConnection(FIRST);
    expectEmpty();
    table.register(registration(1, ['x']), SECOND, 1);
    expect(names()).toEqual(['x']);
  });
});

describe('a broker that leaves', () => {
  const key = { clusterName: 'c', brokerName: 'b', brokerId: 0, brokerAddr: '10.0.0.1:10911' };

  it('takes everything with it', () => {
    table.register(registration(1, ['x'], { filterServers: ['10.0.0.1:4000'] }), FIRST, 0);
    expect(table.unregister(key, FIRST)).toBe(true);
    expectEmpty();
  });

  it('is not taken away by a stale unregistration', () => {
    table.register(registration(1, ['x']), FIRST, 0);
    table.register(registration(1, ['x']), SECOND, 1);
    expect(table.unregister(key, FIRST)).toBe(false);
    expect(table.dropConnection(FIRST)).toEqual([]);
    expect(names()).toEqual(['x']);
    expect(table.unregister(key, SECOND)).toBe(true);
    expectEmpty();
  });

  it('is not taken away by an unregistration of its former address', () => {
    table.register(registration(1, ['x']), FIRST, 0);
    table.register(registration(1, ['x'], { brokerAddr: '10.0.0.2:10911' }), SECOND, 1);
    table.unregister(key, FIRST);
    expect([...(table.brokers.get('b')?.addrs.values() ?? [])]).toEqual(['10.0.0.2:10911']);
    expect(names()).toEqual(['x']);
  });

  it('leaves its slave, and its topics with it', () => {
    table.register(registration(1, ['x']), FIRST, 0);
    table.register(registration(1, ['x'], { brokerId: 1, brokerAddr: '10.0.0.2:10911' }), SECOND, 0);
    table.dropConnection(FIRST);
    expect(pickRoute(table, 'x')?.brokerDatas[0]?.brokerAddrs).toEqual(new Map([[1, '10.0.0.2:10911']]));
    table.dropConnection(SECOND);
    expectEmpty();
  });

  it('may be one of several behind one connection', () => {
    table.register(registration(1, ['x']), FIRST, 0);
    table.register(registration(1, ['y'], { brokerName: 'b2', brokerAddr: '10.0.0.2:10911' }), FIRST, 0);
    expect(table.dropConnection(FIRST)).toEqual(['10.0.0.1:10911', '10.0.0.2:10911']);
    expectEmpty();
  });
});

describe('expiry', () => {
  it('comes after 120 s of silence and not at 120 s', () => {
    table.register(registration(1, ['x']), FIRST, 1000);
    expect(table.expire(1000 + EXPIRY_MS, EXPIRY_MS)).toEqual([]);
    expect(table.expire(1001 + EXPIRY_MS, EXPIRY_MS).map(({ brokerAddr }) => brokerAddr)).toEqual(['10.0.0.1:10911']);
    expectEmpty();
  });

  it('is put off by a question about the data version', () => {
    table.register(registration(1, ['x']), FIRST, 0);
    table.touch('10.0.0.1:10911', 100_000);
    expect(table.expire(200_000, EXPIRY_MS)).toEqual([]);
    expect(table.expire(220_001, EXPIRY_MS)).toHaveLength(1);
  });
});

describe('names from outside', () => {
  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', '0'])('%s is a name like any other', (name) => {
    table.register(registration(1, [name], { brokerName: name, clusterName: name, brokerAddr: '10.0.0.3:1' }), FIRST, 0);
    expect(pickRoute(table, name)?.queueDatas).toHaveLength(1);
    expect(pickRoute(table, 'valueOf')).toBeUndefined();
    table.dropConnection(FIRST);
    expectEmpty();
  });
});
