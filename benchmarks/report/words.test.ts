import { describe, expect, it } from 'vitest';
import type { Sample } from '../sync-replication/results.ts';
import { USUAL } from './analysis.ts';
import { closed, MADE_UP_OURS, madeUpResults, madeUpRounds, madeUpRoundTrips, madeUpWholeRun } from './made-up-results.ts';
import { answerToTheClaim, describeVariant, otherSettings } from './words.ts';

const ours = (role: Sample['role'], sends: readonly number[], of: Partial<Sample> = {}) => madeUpRounds(sends, { role, ...of });
const answerTo = (samples: readonly Sample[]): string => answerToTheClaim(madeUpResults({ contenders: [MADE_UP_OURS], samples })).join('\n');

describe('the answer to the claim', () => {
  it('follows the figures', () => {
    const cheap = answerTo([...ours('ASYNC_MASTER', [100, 101, 102]), ...ours('SYNC_MASTER', [95, 96, 97])]);
    expect(cheap).toContain('costs 5.0 % (4.9 % … 5.0 %) of its throughput (96/s instead of 101/s): no more than the tutorial says');
    const dear = answerTo([...ours('ASYNC_MASTER', [100, 101, 102]), ...ours('SYNC_MASTER', [20, 20, 20])]);
    expect(dear).toContain('8.0 times what the tutorial says');
    expect(dear).toContain('"about 10 % lower" does not hold for rocketmq-ts');
  });

  it('says what a single message waits more', () => {
    const one = closed(1, 1);
    const words = answerTo([
      ...ours('ASYNC_MASTER', [900, 900, 900], { load: one, rt: madeUpRoundTrips(100) }),
      ...ours('SYNC_MASTER', [800, 800, 800], { load: one, rt: madeUpRoundTrips(160) }),
    ]);
    expect(words).toContain('0.160 ms (p50) instead of 0.100 ms: +0.060 ms (+0.060 ms … +0.060 ms), or 60 % more (not slight)');
  });

  it('is careful with a doubtful figure and concludes nothing from it', () => {
    const words = answerTo([...ours('ASYNC_MASTER', [100, 140, 100]), ...ours('SYNC_MASTER', [80, 60, 91])]);
    expect(words).toContain('≈ 20 %');
    expect(words).toContain('the median is above the 10 %, but take it with care: the rounds lie far apart');
    expect(words).toContain('"about 10 % lower" is not decided for rocketmq-ts');
  });

  it('says no difference is shown where none is', () => {
    expect(answerTo([...ours('ASYNC_MASTER', [100, 102, 104]), ...ours('SYNC_MASTER', [99, 101, 103])])).toContain('no difference is shown');
  });

  it('names what was not measured, and does not speak of it otherwise', () => {
    const { machine } = madeUpResults();
    const samples = [...ours('ASYNC_MASTER', [100]), ...ours('SYNC_MASTER', [95])];
    const words = answerToTheClaim(madeUpResults({ contenders: [MADE_UP_OURS], samples, machine: { ...machine, java: undefined } }));
    expect(words.at(-1)).toBe('Not measured in this run: Java 4.6.0 with its defaults, Java 4.6.0 tuned and Java 5.3.3 (there was no JDK). Nothing is said about them.');
    expect(words.slice(0, -1).join(' ')).not.toContain('Java');
  });

  it('of a cluster of one’s own speaks of that alone', () => {
    const contenders = [{ name: 'remote', implementation: 'remote', version: 'V4_6_0', description: 'made up: a cluster' }] as const;
    const samples = [...madeUpRounds([100, 100, 100], { contender: 'remote' }), ...madeUpRounds([70, 70, 70], { contender: 'remote', role: 'SYNC_MASTER' })];
    expect(answerToTheClaim(madeUpResults({ contenders, samples })).join(' ')).not.toMatch(/Java|rocketmq-ts/);
  });

  it('of a run without samples is that nothing was measured', () => {
    expect(answerToTheClaim(madeUpResults())).toEqual([expect.stringContaining('Not measured in this run: rocketmq-ts, Java 4.6.0')]);
  });
});

describe('other settings', () => {
  it('say what the network itself takes', () => {
    const words = otherSettings(madeUpWholeRun()).find((item) => item.startsWith('**1 ms each way'));
    expect(words).toContain('a round trip of 2.00 ms, so that a closed loop of 64 in flight cannot pass 32.0k/s');
    const measured = otherSettings({ ...madeUpWholeRun(), haRoundTrips: [{ delayMs: 1, p50Ms: 2.5 }] }).join();
    expect(measured).toContain('a round trip of 2.50 ms as measured, so that a closed loop of 64 in flight cannot pass 25.6k/s');
    expect(words).toMatch(/rocketmq-ts: \d+ % .* of throughput with 64 in flight, \+2\.\d\d ms .* for a single message/);
  });

  it('have a name each', () => {
    expect(describeVariant(USUAL)).toBe('the usual setting');
    expect(describeVariant({ ...USUAL, slaves: 2, waitStoreMsgOk: false })).toBe('two slaves, WAIT=false');
    expect(describeVariant({ ...USUAL, masterFlush: 'SYNC_FLUSH', slaveFlush: 'SYNC_FLUSH' })).toBe('SYNC_FLUSH on both sides');
  });
});
