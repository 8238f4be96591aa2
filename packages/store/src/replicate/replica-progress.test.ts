import { describe, expect, it } from 'vitest';
import { type LogExtent, type ReplicaLimits, ReplicaState } from './replica-progress.ts';

const LIMITS: ReplicaLimits = { heartbeatIntervalMs: 5000, silenceMs: 20_000, firstReportMs: 30_000, fallbehindBytesMax: 1000 };
const LOG: LogExtent = { minOffset: 4096, end: 10_000, lastFileOffset: 8192 };

function begun(position: number, log = LOG): ReplicaState {
  const state = new ReplicaState(LIMITS, 0);
  expect(state.report(position, 1)).toBeUndefined();
  expect(state.begin(log)).toBe('begun');
  return state;
}

describe('the first report', () => {
  it.each([
    ['0 is the start of the last file', 0, LOG, 8192],
    ['a place in the log is that place', 5000, LOG, 5000],
    ['the start of the log', 4096, LOG, 4096],
    ['the end of the log', 10_000, LOG, 10_000],
    ['1 in a log from 0 on is all of it but the first byte', 1, { minOffset: 0, end: 10, lastFileOffset: 0 }, 1],
    ['0 in an empty log', 0, { minOffset: 0, end: 0, lastFileOffset: 0 }, 0],
  ])('%s', (_name, position, log, startOffset) => {
    expect(begun(position, log)).toMatchObject({ startOffset, nextOffset: startOffset, ackedOffset: -1, isBegun: true });
  });

  it.each([
    ['beyond the end', 10_001, 'ahead', 'its log ends at 10001, ahead of this one, which ends at 10000'],
    ['before the start', 4095, 'deleted', 'what lies before 4096 is deleted here'],
  ])('%s is refused', (_name, position, cause, reason) => {
    const state = new ReplicaState(LIMITS, 0);
    state.report(position, 1);
    expect(state.begin(LOG)).toMatchObject({ cause, reason: expect.stringContaining(reason) });
    expect(state.isBegun).toBe(false);
  });

  it('of 0 waits while the last file has nothing that may be sent', () => {
    const state = new ReplicaState(LIMITS, 0);
    state.report(0, 1);
    expect(state.begin({ ...LOG, end: 8000 })).toBe('later');
    expect(state.report(0, 2)).toBeUndefined();
    expect(state.ackedOffset).toBe(-1);
    expect(state.begin(LOG)).toBe('begun');
  });

  it('of 1 waits while the very first record may not be sent yet', () => {
    const state = new ReplicaState(LIMITS, 0);
    state.report(1, 1);
    expect(state.begin({ minOffset: 0, end: 0, lastFileOffset: 0 })).toBe('later');
    expect(state.begin({ minOffset: 0, end: 200, lastFileOffset: 0 })).toBe('begun');
    expect(state.startOffset).toBe(1);
  });

  it.each([
    [0, LOG, true],
    [0, { ...LOG, lastFileOffset: 4096 }, false],
    [4096, LOG, false],
  ])('of %i with the log %o: it lacks older files: %s', (position, log, hasSkipped) => {
    expect(begun(position, log).hasSkipped).toBe(hasSkipped);
  });
});

describe('further reports', () => {
  it('acknowledge up to what was sent', () => {
    const state = begun(5000);
    state.sent(3000, 2);
    for (const offset of [5000, 5001, 7999, 7999, 8000]) {
      expect(state.report(offset, 3)).toBeUndefined();
      expect(state.ackedOffset).toBe(offset);
    }
  });

  it('acknowledge what lies before the position even when nothing was sent', () => {
    const state = begun(10_000);
    expect(state.ackedOffset).toBe(-1);
    expect(state.report(10_000, 2)).toBeUndefined();
    expect(state.ackedOffset).toBe(10_000);
  });

  it.each([
    ['more than was sent', 8001],
    ['less than the last one', 5999],
    ['less than the position', 4999],
    ['nothing at all', 0],
  ])('that say %s are forged', (_name, offset) => {
    const state = begun(5000);
    state.sent(3000, 2);
    expect(state.report(6000, 3)).toBeUndefined();
    expect(state.report(offset, 4)).toMatchObject({ cause: 'forged', reason: expect.stringContaining(`it reports offset ${offset}`) });
    expect(state.ackedOffset).toBe(6000);
  });

  it('before the answer to the first one acknowledge nothing and must not differ', () => {
    const state = new ReplicaState(LIMITS, 0);
    state.report(5000, 1);
    expect(state.report(5000, 2)).toBeUndefined();
    expect(state.ackedOffset).toBe(-1);
    expect(state.report(5001, 3)).toMatchObject({ cause: 'forged' });
  });
});

describe('a replica', () => {
  it('is near while it lags less than the limit', () => {
    const state = begun(5000);
    expect([state.lagBytes(10_000), state.isNear(10_000), state.isNear(6000), state.isNear(5999)]).toEqual([5000, false, false, true]);
    state.sent(5000, 2);
    state.report(9500, 3);
    expect([state.lagBytes(10_000), state.isNear(10_000), state.lagBytes(9000)]).toEqual([500, true, 0]);
    expect(new ReplicaState(LIMITS, 0).isNear(0)).toBe(false);
  });

  it('is silent after a while, longer before the first report than after', () => {
    const state = new ReplicaState(LIMITS, 0);
    expect([state.isSilent(30_000), state.isSilent(30_001)]).toEqual([false, true]);
    state.report(0, 10_000);
    expect([state.isSilent(30_000), state.isSilent(30_001)]).toEqual([false, true]);
  });

  it('gets a heartbeat when nothing was written for a while, and none before it has begun', () => {
    const state = new ReplicaState(LIMITS, 0);
    expect(state.isHeartbeatDue(1_000_000)).toBe(false);
    state.report(5000, 1);
    state.begin(LOG);
    state.sent(0, 100);
    expect([state.isHeartbeatDue(5099), state.isHeartbeatDue(5100)]).toEqual([false, true]);
    state.sent(10, 5000);
    expect(state.isHeartbeatDue(9999)).toBe(false);
  });
});
