import { expect, it } from 'vitest';
import { RemainingTime, spoken } from './remaining-time.ts';

const steps = [
  { kind: 'ours', seconds: 10 },
  { kind: 'java', seconds: 20 },
  { kind: 'java', seconds: 20 },
  { kind: 'nats', seconds: 10 },
];

it('begins with what was expected and learns from what steps of the same kind took', () => {
  const remaining = new RemainingTime(steps);
  expect(remaining.seconds).toBe(60);
  remaining.finish(10);
  expect(remaining.seconds).toBe(50);
  remaining.finish(40);
  expect(remaining.seconds).toBeCloseTo(20 * 2 + 10 * (50 / 30));
});

it('learns nothing from a step that was left out', () => {
  const remaining = new RemainingTime(steps);
  remaining.finish(20);
  remaining.finish(undefined);
  expect([remaining.done, remaining.total, remaining.seconds]).toEqual([2, 4, 60]);
});

it('speaks as a person would', () => {
  expect([-3, 42.4, 89, 90, 750, 3900].map(spoken)).toEqual(['0 s', '42 s', '89 s', '2 min', '13 min', '1 h 05 min']);
});
