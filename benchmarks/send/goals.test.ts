import { expect, test } from 'vitest';
import { goalRows, ratio } from './goals.ts';
import type { SendSample } from './samples.ts';

const RT = { mean: 100, p50: 100, p90: 100, p99: 100, p999: 100, p9999: 100, max: 100 };

function sample(scenario: string, contender: string, round: number, more: Partial<SendSample>): SendSample {
  return {
    scenario,
    contender,
    round,
    measuredSeconds: 60,
    sendsPerSecond: 1000,
    failed: 0,
    firstFailure: undefined,
    rt: RT,
    cpuUsPerSend: 10,
    idleMiB: 50,
    loadedMiB: 100,
    firstSendMs: 100,
    generator: { cpuUsPerSend: 2, loopDelayP99Ms: 1, utilization: 0.3 },
    diskSyncP50Us: undefined,
    ...more,
  };
}

const rounds = (scenario: string, contender: string, each: readonly Partial<SendSample>[]): SendSample[] => each.map((more, round) => sample(scenario, contender, round, more));
const tps = (...all: number[]): Partial<SendSample>[] => all.map((sendsPerSecond) => ({ sendsPerSecond }));

const P1 = [
  ...rounds('async-4x16-128', 'rocketmq-ts', tps(400, 420, 440)),
  ...rounds('async-4x16-128', 'Java 4.6.0', tps(100, 90, 80)),
  ...rounds('async-4x16-128', 'Java 4.6.0 tuned', tps(80, 100, 110)),
];

test('the ratio of a round is to the better of default and tuned Java in that round', () => {
  const figure = ratio(P1, 'async-4x16-128', ['Java 4.6.0', 'Java 4.6.0 tuned'], (one) => one.sendsPerSecond, 'most');
  expect(figure?.values).toEqual([4, 4.2, 4]);
});

test('sends that failed cast doubt when they failed at ours or at the rival, not at a third', () => {
  const failing = (name: string) => P1.map((one) => (one.contender === name && one.round === 0 ? { ...one, failed: 5 } : one));
  const marks = (samples: readonly SendSample[]) => ratio(samples, 'async-4x16-128', ['Java 4.6.0', 'Java 4.6.0 tuned'], (one) => one.sendsPerSecond, 'most')?.marks;
  expect(marks(failing('Java 4.6.0'))).toEqual(['failed sends']);
  expect(marks(failing('rocketmq-ts'))).toEqual(['failed sends']);
  expect(marks(failing('Java 4.6.0 tuned'))).toEqual([]);
});

const outcome = (samples: readonly SendSample[], goal: RegExp) => goalRows(samples).filter((row) => goal.test(row.goal));

test('a goal is met when the rounds agree on it', () => {
  expect(outcome(P1, /4 × 16, 128 B: at least 4 × Java/)).toEqual([
    { id: 'P1', goal: 'sends/s at 4 × 16, 128 B: at least 4 × Java, the better of default and tuned', figure: '4.00 × (4.00 × … 4.20 ×)', outcome: 'yes' },
  ]);
});

test('a goal that is missed says by how much; one that was not measured says so', () => {
  const slower = P1.map((one) => (one.contender === 'rocketmq-ts' ? { ...one, sendsPerSecond: one.sendsPerSecond / 2 } : one));
  expect(outcome(slower, /4 × 16, 128 B: at least 4 × Java/)[0]?.outcome).toBe('**not met**: by 2.00 ×');
  expect(outcome(P1, /4 × 16, 128 B: at least 1.2 × NATS/)[0]).toMatchObject({ figure: 'not measured', outcome: '**not decided**: not measured in this run' });
});

test('one round decides nothing', () => {
  const [row] = outcome(P1.filter(({ round }) => round === 0), /4 × 16, 128 B: at least 4 × Java/);
  expect(row?.outcome).toMatch(/not decided.*fewer than 3 rounds; the median would meet it/);
});

test('a failed send with SYNC_FLUSH is told', () => {
  const samples = rounds('sync-4x16-128', 'rocketmq-ts', [{}, { failed: 3, firstFailure: 'code 10' }]);
  expect(outcome(samples, /no failed send/)[0]).toMatchObject({ figure: '3 failed', outcome: '**not met**: code 10' });
});

test('RT one at a time is held against what the disk took just before', () => {
  const each = [300, 310, 320].map((p50) => ({ rt: { ...RT, p50 }, diskSyncP50Us: p50 - 90 }));
  expect(outcome(rounds('sync-1x1-128', 'rocketmq-ts', each), /less the disk/)[0]).toMatchObject({ figure: '0.090 ms (0.090 ms … 0.090 ms)', outcome: 'yes' });
});

test('the longest RT of a short run is said to be of a short run', () => {
  const short = [...rounds('async-1x1-128', 'rocketmq-ts', [{ measuredSeconds: 12 }]), ...rounds('async-1x1-128', 'Java 4.6.0', [{ measuredSeconds: 12 }])];
  expect(outcome(short, /max: at most 0.2/)[0]?.outcome).toMatch(/asked for 60 s, measured 12 s/);
});
