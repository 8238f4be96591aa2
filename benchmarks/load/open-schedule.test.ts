import { expect, test } from 'vitest';
import { OpenSchedule } from './open-schedule.ts';

test('at 2000/s the first is due at the start and another every half millisecond', () => {
  const schedule = new OpenSchedule(2000, 100);
  expect([99.9, 100, 100.4, 100.5, 101.9].map((now) => schedule.due(now))).toEqual([0, 1, 1, 2, 4]);
});

test('what is taken is not due again; its times are those of the schedule, not of when it was taken', () => {
  const schedule = new OpenSchedule(1000, 0);
  expect(schedule.due(3.5)).toBe(4);
  expect(schedule.take(3)).toBe(0);
  expect(schedule.due(3.5)).toBe(1);
  expect(schedule.nextDueMs).toBe(3);
  expect(schedule.take(1)).toBe(3);
  expect(schedule.due(3.5)).toBe(0);
});

test('what a stall holds up stays due with its own times', () => {
  const schedule = new OpenSchedule(1000, 0);
  schedule.take(schedule.due(9));
  // Nothing can be sent from 10 to 109: 100 messages wait, the first of them since 10.
  expect(schedule.due(109)).toBe(100);
  expect(schedule.take(100)).toBe(10);
});

test('a rate that is no round number neither drifts nor leaves any out', () => {
  const schedule = new OpenSchedule(7, 0);
  let taken = 0;
  for (let now = 0; now < 3_600_000; now += 333) {
    const due = schedule.due(now);
    schedule.take(due);
    taken += due;
  }
  taken += schedule.due(3_600_000 - 1);
  expect(taken).toBe(7 * 3600);
});

test('a rate of nothing is refused', () => {
  expect(() => new OpenSchedule(0, 0)).toThrow('a rate of 0/s is no rate');
  expect(() => new OpenSchedule(Number.NaN, 0)).toThrow(RangeError);
});
