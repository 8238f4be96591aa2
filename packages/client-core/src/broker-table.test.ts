import { expect, it } from 'vitest';
import { BrokerTable } from './broker-table.ts';

const MASTER = '10.0.0.1:10911';
const SLAVE = '10.0.0.2:10911';
const SECOND = '10.0.0.3:10911';

function table(...ids: [number, string][]): BrokerTable {
  const made = new BrokerTable();
  made.put([['a', new Map(ids)]]);
  return made;
}

it('prefers the wished-for broker, then the smallest id, and of both those that can be reached', () => {
  const brokers = table([2, SECOND], [0, MASTER], [1, SLAVE]);
  const asked = (id: number): string | undefined => brokers.preferring('a', id)?.address;
  expect([asked(0), asked(1), asked(2), asked(7)]).toEqual([MASTER, SLAVE, SECOND, MASTER]);
  brokers.setReachable(MASTER, false);
  expect([asked(0), asked(2), asked(7)]).toEqual([SLAVE, SECOND, SLAVE]);
  expect(brokers.master('a')).toBe(MASTER);
  brokers.setReachable(SLAVE, false);
  brokers.setReachable(SECOND, false);
  expect([asked(0), asked(2), asked(7)]).toEqual([MASTER, SECOND, MASTER]);
  expect(brokers.preferring('a', 0)?.isSlave).toBe(false);
  expect(brokers.preferring('nobody', 0)).toBeUndefined();
});

it('a name is in trouble without a master, and while a broker of it can not be reached', () => {
  const brokers = table([0, MASTER], [1, SLAVE]);
  expect(brokers.troubled()).toEqual([]);
  brokers.setReachable(SLAVE, false);
  expect([brokers.troubled(), brokers.unreachable().map(({ address }) => address)]).toEqual([['a'], [SLAVE]]);
  brokers.put([['a', new Map([[1, SLAVE]])]]);
  brokers.setReachable(SLAVE, true);
  expect([brokers.troubled(), brokers.unreachable()]).toEqual([['a'], []]);
});

it('tells of what has changed and of nothing else', () => {
  const brokers = table([0, MASTER], [1, SLAVE]);
  const told: boolean[] = [];
  const forget = brokers.onChange((hasNew) => told.push(hasNew));
  brokers.put([['a', new Map([[1, SLAVE], [0, MASTER]])]]);
  expect(brokers.setReachable(MASTER, true) || brokers.setReachable('10.9.9.9:1', false)).toBe(false);
  expect(told).toEqual([]);
  brokers.put([['a', new Map([[1, SLAVE]])]]);
  brokers.put([['a', new Map([[0, MASTER], [1, SLAVE]])]]);
  brokers.setReachable(MASTER, false);
  brokers.retain(new Set([SLAVE]));
  expect(told).toEqual([false, true, false, false]);
  forget();
  brokers.retain(new Set());
  expect([told.length, [...brokers.all()]]).toEqual([4, []]);
});

it('an address that was forgotten and is named again gets its chance', () => {
  const brokers = table([0, MASTER], [1, SLAVE]);
  brokers.setReachable(MASTER, false);
  brokers.put([['a', new Map([[1, SLAVE]])]]);
  brokers.put([['a', new Map([[0, MASTER], [1, SLAVE]])]]);
  expect(brokers.isReachable(MASTER)).toBe(true);
});
