import { expect, it } from 'vitest';
import { madeUpProfile, madeUpResults, madeUpRoundTrips, madeUpSample, madeUpWholeRun } from './made-up-results.ts';
import { fromJson, toJson } from './results-json.ts';

it('gives back what was written', () => {
  for (const results of [madeUpWholeRun(1), { ...madeUpWholeRun(1), profile: madeUpProfile() }]) expect(fromJson(toJson(results))).toEqual(results);
});

it('keeps numbers that are none, and fields that are undefined', () => {
  const rt = { ...madeUpRoundTrips(100), p9999: Number.NaN };
  const { machine } = madeUpResults();
  const back = fromJson(toJson(madeUpResults({ machine: { ...machine, java: undefined }, samples: [madeUpSample({ rt, sendsPerSecond: 0 })] })));
  expect(back.samples[0]?.rt.p9999).toBeNaN();
  expect(back.samples[0]?.firstFailure).toBeUndefined();
  expect(back.machine.java).toBeUndefined();
});

it('says why a file is none of its own', () => {
  expect(() => fromJson('[1, 2]')).toThrow('no results of benchmarks:sync-replication');
  expect(() => fromJson('null')).toThrow('no results of benchmarks:sync-replication');
  expect(() => fromJson('{"format":2}')).toThrow('results of format 2; this report reads format 1');
  expect(() => fromJson('{"format":1,"contenders":[]}')).toThrow('no list of samples');
});
