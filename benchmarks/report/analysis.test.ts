import { describe, expect, it } from 'vitest';
import type { Sample } from '../sync-replication/results.ts';
import { addedRoundTrip, addedShareOfRoundTrip, asynchronousSide, closedLoads, costOfSync, headlineLoad, measured, openLoads, otherVariants, ratio, roundTrip, select, sendsPerSecond, USUAL } from './analysis.ts';
import { closed, madeUpRounds, madeUpRoundTrips, madeUpSample, madeUpWholeRun, open } from './made-up-results.ts';

const asynchronous = (sends: readonly number[], of: Partial<Sample> = {}) => madeUpRounds(sends, { role: 'ASYNC_MASTER', ...of });
const synchronous = (sends: readonly number[], of: Partial<Sample> = {}) => madeUpRounds(sends, { role: 'SYNC_MASTER', ...of });

describe('the cost of synchronous replication', () => {
  it('is formed within each round, so that a machine that drifts does not blur it', () => {
    const cost = costOfSync(asynchronous([100, 200, 400]), synchronous([90, 180, 360]));
    expect(cost?.values.map((value) => value.toFixed(3))).toEqual(['0.100', '0.100', '0.100']);
  });

  it('takes the rounds that both sides have', () => {
    const cost = costOfSync(asynchronous([100, 100, 100, 100]), synchronous([80, 80, 80]).slice(1));
    expect(cost?.values).toHaveLength(2);
    expect(cost?.marks).toEqual(['few rounds']);
  });

  it('takes the middle of several samples of one round', () => {
    const twice = [...synchronous([70]), ...synchronous([90])];
    expect(costOfSync(asynchronous([100]), twice)?.median).toBeCloseTo(0.2);
  });

  it('is doubtful when the generator was the one that had no time', () => {
    expect(costOfSync(asynchronous([100, 100, 100], { generatorUtilization: 0.97 }), synchronous([90, 90, 90], { generatorUtilization: 0.8 }))?.marks).toEqual(['generator busy']);
  });

  it('says when the middle halves overlap', () => {
    expect(costOfSync(asynchronous([100, 102, 104]), synchronous([99, 101, 103]))?.marks).toEqual(['no difference']);
    expect(costOfSync(asynchronous([100, 102, 104]), synchronous([90, 91, 92]))?.marks).toEqual([]);
  });

  it('carries the failures of either side', () => {
    expect(costOfSync(asynchronous([100, 100, 100]), synchronous([50, 50, 50], { failed: 3 }))?.marks).toContain('failed sends');
  });

  it('is not there without one side, nor against a side that answered nothing', () => {
    expect(costOfSync(asynchronous([100]), [])).toBeUndefined();
    expect(costOfSync(asynchronous([0, 0, 0]), synchronous([5, 5, 5]))).toBeUndefined();
  });
});

describe('RT', () => {
  const rt = (p50: number): Partial<Sample> => ({ rt: madeUpRoundTrips(p50) });

  it('is compared as a difference in microseconds and as a share', () => {
    const [before, after] = [asynchronous([1, 1, 1], rt(200)), synchronous([1, 1, 1], rt(250))];
    expect(addedRoundTrip(before, after, 'p50')?.median).toBe(50);
    expect(addedShareOfRoundTrip(before, after, 'p99')?.median).toBeCloseTo(0.25);
  });

  it('of a sample that answered nothing does not exist', () => {
    expect(measured(asynchronous([0], rt(0)), roundTrip('p50'))).toBeUndefined();
  });

  it('is marked where an open loop did not reach its rate', () => {
    const at = (sends: readonly number[]) => measured(asynchronous(sends, { load: open(0.5, 1000) }), roundTrip('p50'))?.marks;
    expect(at([970, 1000, 1000])).toEqual(['rate not reached']);
    expect(at([990, 1000, 1000])).toEqual([]);
  });
});

it('puts two contenders in relation round by round', () => {
  expect(ratio(synchronous([400, 800, 1200]), synchronous([100, 200, 300]), sendsPerSecond)?.median).toBe(4);
});

describe('what a run holds', () => {
  const { samples } = madeUpWholeRun(2);

  it('is found by contender, role, variant and load', () => {
    const found = select(samples, { contender: 'Java 5.3.3', role: 'SYNC_MASTER', variant: { ...USUAL, delayMs: 1 }, load: closed(4, 16) });
    expect(found.map(({ round }) => round)).toEqual([0, 1]);
  });

  it('knows an open loop by its share, for each contender has a rate of its own', () => {
    expect(openLoads(samples).map(({ shareOfAsyncMaximum }) => shareOfAsyncMaximum)).toEqual([0.25, 0.5, 0.75]);
  });

  it('names loads and variants once, the lightest load first', () => {
    expect(closedLoads(samples).map(({ connections, inFlight }) => connections * inFlight)).toEqual([1, 4, 16, 64, 256, 1024]);
    expect(otherVariants(samples)).toHaveLength(6);
  });

  it('speaks of 4 × 16 in flight, or of the heaviest load', () => {
    expect(headlineLoad(samples)).toMatchObject({ connections: 4, inFlight: 16 });
    expect(headlineLoad([madeUpSample({ load: closed(1, 1) }), madeUpSample({ load: closed(8, 4) })])).toMatchObject({ connections: 8, inFlight: 4 });
    expect(headlineLoad([])).toBeUndefined();
  });
});

describe('the asynchronous side of a variant', () => {
  const usual = madeUpSample({ sendsPerSecond: 100 });
  const which = { contender: usual.contender, load: usual.load };

  it('is its own where it was measured', () => {
    const own = madeUpSample({ sendsPerSecond: 90, variant: { ...USUAL, slaves: 2 } });
    expect(asynchronousSide([usual, own], { ...which, variant: own.variant })).toEqual([own]);
  });

  it('is the usual one for a delay that it does not wait for', () => {
    expect(asynchronousSide([usual], { ...which, variant: { ...USUAL, delayMs: 1 } })).toEqual([usual]);
  });

  it('is never one that flushes otherwise', () => {
    expect(asynchronousSide([usual], { ...which, variant: { ...USUAL, masterFlush: 'SYNC_FLUSH' } })).toEqual([]);
  });
});
