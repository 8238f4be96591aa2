import { Histogram } from '@rocketmq-ts/store';
import { expect, it } from 'vitest';

import { DayTotals } from './day-totals.ts';
import { GroupRates } from './group-rates.ts';
import { PutTimes } from './put-times.ts';
import { RateWindow } from './rate-window.ts';
import { StoreRates } from './store-rates.ts';
import { MessageType, TopicTraffic } from './topic-traffic.ts';

const STATS = { putTimesTotal: 0, putSizeTotal: 0, putFailedTimes: 0, getFoundTimes: 0, getMissTimes: 0, getTransferredMessages: 0, putEntireTimeMax: 0, getEntireTimeMax: 0, syncWaitMs: new Histogram([]) };

it('gives rates over the span, or over what was sampled of it', () => {
  const window = new RateWindow(4);
  expect(window.perSecond(10_000)).toBe(0);
  window.sample(0, 0);
  window.sample(10_000, 100);
  expect([window.perSecond(10_000), window.perSecond(600_000)]).toEqual([10, 10]);
  window.sample(20_000, 100);
  expect([window.perSecond(10_000), window.perSecond(60_000)]).toEqual([0, 5]);
});

it('prints three numbers for each rate, as mqadmin reads them', () => {
  const rates = new StoreRates();
  rates.sample(0, STATS);
  rates.sample(10_000, { ...STATS, putTimesTotal: 25, getFoundTimes: 10, getMissTimes: 10 });
  expect(rates.texts()).toMatchObject({ putTps: '2.5 2.5 2.5', getTotalTps: '2.0 2.0 2.0', getTransferedTps: '0.0 0.0 0.0' });
});

it('knows how fast a group reads, and how much it has read until its topic is deleted', () => {
  const rates = new GroupRates();
  rates.pulled('g', '__proto__', 5, 500);
  rates.sample(0, () => true);
  rates.pulled('g', '__proto__', 60, 6000);
  for (let at = 1; at <= 6; at++) rates.sample(at * 10_000, () => true);
  expect(rates.consumeTps('g', '__proto__')).toBe(1);
  for (let at = 7; at <= 14; at++) rates.sample(at * 10_000, () => true);
  expect(rates.consumeTps('g', '__proto__')).toBe(0);
  expect([...rates.all()]).toMatchObject([{ group: 'g', topic: '__proto__', messages: 65, bytes: 6500 }]);
  rates.sample(150_000, () => false);
  expect([...rates.all()]).toEqual([]);
});

it('counts what is stored by topic and type of message, until the topic is deleted', () => {
  const traffic = new TopicTraffic();
  traffic.stored('a', MessageType.NORMAL, 1, 200);
  traffic.stored('a', MessageType.NORMAL, 10, 20_000);
  traffic.stored('a', MessageType.FIFO, 1, 300);
  traffic.stored('b', MessageType.NORMAL, 1, 300);
  const counted = [...traffic.all()].map(({ topic, messageType, messages, bytes, sizes }) => [topic, messageType, messages, bytes, sizes.counts.slice(0, 3)]);
  expect(counted).toEqual([
    ['a', 'normal', 11, 20_200, [1, 10, 0]],
    ['b', 'normal', 1, 300, [1, 0, 0]],
    ['a', 'fifo', 1, 300, [1, 0, 0]],
  ]);
  traffic.keep((topic) => topic === 'b');
  expect([...traffic.all()].map(({ topic }) => topic)).toEqual(['b']);
  for (let topic = 0; topic < 200; topic++) traffic.stored(`c${topic}`, MessageType.NORMAL, 1, topic);
  expect([...traffic.all()].map(({ messages, bytes }) => [messages, bytes])).toEqual([[1, 300], ...Array.from({ length: 200 }, (_, topic) => [1, topic])]);
});

it('sorts put times into Java’s ranges', () => {
  const times = new PutTimes();
  for (const ms of [0, 0, 9, 10, 999, 10_000, 1e9]) times.record(ms);
  expect(times.text()).toMatch(/^\[<=0ms\]:2 \[0~10ms\]:1 \[10~50ms\]:1 .*\[500ms~1s\]:1 .*\[10s~\]:2 $/);
});

it('remembers the totals of midnight', () => {
  const noon = new Date(2026, 5, 1, 12).getTime();
  const days = new DayTotals(noon);
  days.sample(noon + 3_600_000, { ...STATS, putTimesTotal: 5 });
  expect(days.todayMorning.put).toBe(0);
  days.sample(noon + 13 * 3_600_000, { ...STATS, putTimesTotal: 8 });
  expect([days.yesterdayMorning.put, days.todayMorning.put]).toEqual([0, 8]);
});
