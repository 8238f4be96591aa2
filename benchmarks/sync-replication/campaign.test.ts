import { expect, it } from 'vitest';
import { type Cluster, type Figures, runPlan, type Stage, type Watcher } from './campaign.ts';
import { CLOSED_LOADS, OPEN_LOADS, planRun, type PlannedShape, type Role, VARIANT_LOADS, type VariantName } from './plan.ts';

const TIMES = { pairWarmUpSeconds: 3, warmUpSeconds: 0.5, measureSeconds: 2 };
const [ONE] = CLOSED_LOADS as [PlannedShape];
const [QUARTER] = OPEN_LOADS as [PlannedShape];

const figures = (over: Partial<Figures> = {}): Figures => ({
  sendsPerSecond: 1000,
  failed: 0,
  firstFailure: undefined,
  rt: { mean: 1, p50: 1, p90: 1, p99: 1, p999: 1, p9999: 1, max: 1 },
  processes: [],
  ...over,
});

const plan = (over: { rounds?: number; variants?: readonly VariantName[]; loads?: readonly PlannedShape[] } = {}) =>
  planRun({
    contenders: [
      { name: 'A', inVariants: true },
      { name: 'B', inVariants: true },
    ],
    variants: ['usual'],
    loads: [ONE],
    variantLoads: VARIANT_LOADS.slice(0, 1),
    rounds: 1,
    variantRounds: 1,
    ...over,
  });

/** Clusters that are nothing but names; says which are still there. */
class FakeStage implements Stage {
  readonly running = new Set<string>();
  readonly started: string[] = [];
  readonly loads: unknown[] = [];
  onStart: (name: string) => void = () => undefined;
  onMeasure: (name: string, nth: number) => Figures = () => figures();
  onCheck: () => void = () => undefined;

  checkRoom(): void {
    this.onCheck();
  }

  start({ contender, role, variant }: { contender: string; role: Role; variant: { delayMs: number } }): Promise<Cluster> {
    const name = `${contender} ${role}${variant.delayMs > 0 ? ' delayed' : ''}`;
    this.started.push(name);
    this.onStart(name);
    this.running.add(name);
    const stop = (): Promise<void> => Promise.resolve(void this.running.delete(name));
    return Promise.resolve({ host: name, port: 1, pids: [], stop });
  }

  measure(cluster: Cluster, load: unknown): Promise<Figures> {
    this.loads.push(load);
    return Promise.resolve(this.onMeasure(cluster.host, this.loads.length));
  }
}

const silent: Watcher = { began: () => undefined, measured: () => undefined, ended: () => undefined, failed: () => undefined };
const never = new AbortController().signal;

it('measures each step on a cluster of its own, after a warm-up, and clears it away', async () => {
  const stage = new FakeStage();
  const { samples, incomplete } = await runPlan(plan(), TIMES, stage, silent, never);
  expect(stage.started).toEqual(['A ASYNC_MASTER', 'A SYNC_MASTER', 'B ASYNC_MASTER', 'B SYNC_MASTER']);
  expect(samples.map(({ contender, role }) => `${contender} ${role}`)).toEqual(stage.started);
  expect(stage.loads).toHaveLength(8);
  expect([stage.running.size, incomplete]).toEqual([0, []]);
});

it('drives both roles at the same rate: a share of what the asynchronous master did', async () => {
  const stage = new FakeStage();
  stage.onMeasure = (name) => figures({ sendsPerSecond: name.includes('ASYNC') ? 4000 : 700 });
  const { samples } = await runPlan(plan({ loads: [ONE, QUARTER] }), TIMES, stage, silent, never);
  expect(samples.flatMap(({ load }) => (load.kind === 'open' ? [load.perSecond] : []))).toEqual([1000, 1000, 1000, 1000]);
});

it('leaves out a contender that cannot start, with the cause, and goes on with the others', async () => {
  const stage = new FakeStage();
  stage.onStart = (name) => {
    if (name.startsWith('A SYNC')) throw new Error('no slave has joined: it said that the port is taken');
  };
  const { samples, incomplete } = await runPlan(plan({ rounds: 2 }), TIMES, stage, silent, never);
  expect(incomplete).toEqual(['A is left out from A SYNC_MASTER, round 1 on: no slave has joined: it said that the port is taken']);
  expect(stage.started.filter((name) => name.startsWith('A'))).toEqual(['A ASYNC_MASTER', 'A SYNC_MASTER']);
  expect(samples.filter(({ contender }) => contender === 'B')).toHaveLength(4);
});

it('leaves out only the variant that a contender fails in', async () => {
  const stage = new FakeStage();
  stage.onStart = (name) => {
    if (name === 'A ASYNC_MASTER delayed') throw new Error('the slave is deaf');
  };
  const { samples, incomplete } = await runPlan(plan({ variants: ['delay-1', 'usual'] }), TIMES, stage, silent, never);
  expect(incomplete).toEqual(['A delay-1 is left out from A ASYNC_MASTER delay-1, round 1 on: the slave is deaf']);
  expect(samples).toHaveLength(6);
  expect(stage.started).not.toContain('A SYNC_MASTER delayed');
});

it('clears away when a measurement fails, and keeps what was measured before', async () => {
  const stage = new FakeStage();
  stage.onMeasure = (name, nth) => {
    if (nth === 3) throw new Error(`connection to ${name} lost`);
    return figures();
  };
  const { samples, incomplete } = await runPlan(plan({ loads: CLOSED_LOADS.slice(0, 3) }), TIMES, stage, silent, never);
  expect(stage.running.size).toBe(0);
  expect(samples.filter(({ contender }) => contender === 'A')).toHaveLength(1);
  expect(incomplete).toEqual(['A is left out from A ASYNC_MASTER, round 1 on: connection to A ASYNC_MASTER lost']);
});

it('takes no figure of a broker that refuses: its disk is full, or nothing at all was accepted', async () => {
  const stage = new FakeStage();
  stage.onMeasure = (name) =>
    name.startsWith('A') ? figures({ failed: 3, firstFailure: 'service not available now, maybe disk full, CL:  0.95' }) : figures({ sendsPerSecond: 0, failed: 9, firstFailure: 'No route' });
  const { samples, incomplete } = await runPlan(plan(), TIMES, stage, silent, never);
  expect(samples).toEqual([]);
  expect(incomplete).toEqual([
    'A is left out from A ASYNC_MASTER, round 1 on: at 4×16 the disk is full: service not available now, maybe disk full, CL:  0.95',
    'B is left out from B ASYNC_MASTER, round 1 on: at 4×16 no send was accepted: No route',
  ]);
});

it('keeps a figure beside which a few sends were refused as the broker was busy', async () => {
  const stage = new FakeStage();
  stage.onMeasure = () => figures({ failed: 2, firstFailure: '[TIMEOUT_CLEAN_QUEUE]broker busy' });
  const { samples, incomplete } = await runPlan(plan(), TIMES, stage, silent, never);
  expect([samples.length, samples[0]?.failed, incomplete]).toEqual([4, 2, []]);
});

it('stops before a step that the disk has no room for', async () => {
  const stage = new FakeStage();
  stage.onCheck = () => {
    if (stage.started.length === 2) throw new Error('the disk has 1.0 GiB free');
  };
  const { samples, incomplete } = await runPlan(plan(), TIMES, stage, silent, never);
  expect(samples).toHaveLength(2);
  expect(incomplete).toEqual(['stopped before B ASYNC_MASTER, round 1: the disk has 1.0 GiB free']);
});

it('ends at once when interrupted, clears away, and says so', async () => {
  const stage = new FakeStage();
  const interrupted = new AbortController();
  stage.onMeasure = (_, nth) => {
    if (nth < 4) return figures();
    interrupted.abort(new Error('interrupted by SIGINT'));
    throw new Error('connection lost');
  };
  const { samples, incomplete } = await runPlan(plan(), TIMES, stage, silent, interrupted.signal);
  expect(stage.started).toHaveLength(2);
  expect([samples.length, stage.running.size]).toEqual([1, 0]);
  expect(incomplete).toEqual(['stopped early: interrupted by SIGINT']);
});
