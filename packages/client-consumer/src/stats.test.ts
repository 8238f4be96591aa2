import { expect, it } from 'vitest';
import { ConsumerStats } from './stats.ts';

it('tells the last minute, and failures of this hour', () => {
  let nowMs = 0;
  const stats = new ConsumerStats({ wallMs: () => nowMs, monotonicMs: () => nowMs });
  expect(stats.status('T')).toEqual({ pullRT: 0, pullTPS: 0, consumeRT: 0, consumeOKTPS: 0, consumeFailedTPS: 0, consumeFailedMsgs: 0 });
  stats.pulled('T', 10, 30);
  nowMs = 30_000;
  stats.pulled('T', 30, 30);
  stats.consumed('T', 4, 50, 6);
  expect(stats.status('T')).toEqual({ pullRT: 20, pullTPS: 1, consumeRT: 4, consumeOKTPS: 50 / 60, consumeFailedTPS: 0.1, consumeFailedMsgs: 6 });
  nowMs = 60_000;
  expect(stats.status('T').pullTPS).toBe(0.5);
  nowMs = 3_700_000;
  expect(stats.status('T')).toMatchObject({ pullTPS: 0, consumeFailedMsgs: 0 });
  expect(stats.status('other').pullTPS).toBe(0);
});
