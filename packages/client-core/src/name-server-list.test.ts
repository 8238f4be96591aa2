import { createSimulation } from '@rocketmq-ts/kernel/sim';
import { describe, expect, it } from 'vitest';
import { MQClientError } from './errors.ts';
import { NameServerList, parseNamesrvAddr } from './name-server-list.ts';

describe('the setting namesrvAddr', () => {
  it.each([
    ['a:9876', ['a:9876']],
    [' a:9876 ; b:9877;', ['a:9876', 'b:9877']],
    ['a:9876;a:9876', ['a:9876']],
    [['a:1', 'b:2'], ['a:1', 'b:2']],
    ['[fd00::2]:9876', ['[fd00::2]:9876']],
    ['http://ns.example.com:8080', ['ns.example.com:8080']],
  ])('%j is %j', (setting, addresses) => {
    expect(parseNamesrvAddr(setting)).toEqual({ addresses, namespace: undefined });
  });

  it('carries a namespace in an instance endpoint', () => {
    expect(parseNamesrvAddr('http://MQ_INST_123_abc.mq.example.com:8080')).toEqual({
      addresses: ['MQ_INST_123_abc.mq.example.com:8080'],
      namespace: 'MQ_INST_123_abc',
    });
  });

  it.each([undefined, '', ' ; ', []])('%j is missing, and the error says how to give it', (setting) => {
    const error = thrownBy(() => parseNamesrvAddr(setting));
    expect(error).toMatchObject({ code: 'RMQ_NO_NAME_SERVER', responseCode: 10004 });
    expect(error.message).toContain('NAMESRV_ADDR');
  });

  it.each(['localhost', 'a:99999', 'a:0', ':9876', 'a b:1', 42, ['a:1', 2]])('%j is refused', (setting) => {
    expect(thrownBy(() => parseNamesrvAddr(setting)).code).toBe('RMQ_OPTION');
  });
});

describe('the list', () => {
  const list = new NameServerList(['a:1', 'b:1', 'c:1'], createSimulation(7).env.random);

  it('keeps an address until it is left, and goes round', () => {
    const first = list.current;
    expect(list.current).toBe(first);
    list.leave(first);
    const second = list.current;
    expect(second).not.toBe(first);
    list.leave(first);
    expect(list.current).toBe(second);
    list.leave(second);
    list.leave(list.current);
    expect(list.current).toBe(first);
  });

  it('is shuffled by chance and loses none', () => {
    const orders = new Set<string>();
    for (let seed = 0; seed < 30; seed += 1) {
      const { addresses } = new NameServerList(['a:1', 'b:1', 'c:1'], createSimulation(seed).env.random);
      expect([...addresses].sort()).toEqual(['a:1', 'b:1', 'c:1']);
      orders.add(addresses.join());
    }
    expect(orders.size).toBeGreaterThan(3);
  });
});

function thrownBy(run: () => unknown): MQClientError {
  try {
    run();
  } catch (error) {
    if (error instanceof MQClientError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}
