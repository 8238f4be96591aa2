import { expect, test } from 'vitest';
import { Slots } from './slots.ts';
import { Tally } from './tally.ts';

test('a slot is free again once its send is answered, and a second answer changes nothing', () => {
  const slots = new Slots(2, new Tally());
  const first = slots.take(10);
  const second = slots.take(11);
  expect([slots.free, slots.underWay, first === second]).toEqual([0, 2, false]);
  expect(slots.release(first)).toBe(10);
  expect(slots.release(first)).toBeNaN();
  expect(slots.release(77)).toBeNaN();
  expect([slots.free, slots.underWay]).toEqual([1, 1]);
  expect(slots.take(12)).toBe(first);
});

test('those that wait at the end count with their time so far, if they belong to the measured time', () => {
  const tally = new Tally();
  tally.from = 100;
  tally.until = 200;
  const slots = new Slots(3, tally);
  slots.take(50);
  slots.take(150);
  expect(slots.giveUp(450)).toBe(1);
  expect(tally.rt.times().max).toBe(300_000);
});
