import { expect, it } from 'vitest';
import { asyncMaximum, CLOSED_LOADS, expectedSeconds, isUsual, nameOfLoad, nameOfStep, OPEN_LOADS, planRun, type Scope, type Step, VARIANT_LOADS, type VariantName, VARIANTS } from './plan.ts';
import type { LoadShape, Sample } from './results.ts';

const scope: Scope = {
  contenders: [
    { name: 'A', inVariants: true },
    { name: 'B', inVariants: false },
  ],
  variants: ['usual'],
  loads: [...OPEN_LOADS, ...CLOSED_LOADS],
  variantLoads: VARIANT_LOADS,
  rounds: 3,
  variantRounds: 1,
};

const inShort = ({ contender, role }: Step): string => `${contender}${role === 'SYNC_MASTER' ? 's' : 'a'}`;

it('goes through contenders and roles A-B-B-A', () => {
  expect(planRun(scope).map(inShort).join(' ')).toBe('Aa As Ba Bs Bs Ba As Aa Aa As Ba Bs');
});

it('gives every fresh pair the same loads, the rates last, for they are shares of what came before', () => {
  const [first, ...others] = planRun(scope);
  expect(first?.loads.map(nameOfLoad)).toEqual([
    '4×16',
    '4×64',
    '16×64',
    '4×4',
    '4×1',
    '1×1',
    '25 % of the async maximum',
    '50 % of the async maximum',
    '75 % of the async maximum',
  ]);
  for (const { loads } of others) expect(loads).toEqual(first?.loads);
});

it('measures variants in the first rounds only, with those who take part in them', () => {
  const steps = planRun({ ...scope, variants: ['usual', 'delay-1', 'two-slaves'] });
  const ofVariants = steps.filter(({ variant }) => !isUsual(variant));
  expect(ofVariants.map(nameOfStep)).toEqual([
    'A ASYNC_MASTER delay-1, round 1',
    'A SYNC_MASTER delay-1, round 1',
    'A ASYNC_MASTER two-slaves, round 1',
    'A SYNC_MASTER two-slaves, round 1',
  ]);
  expect(ofVariants[0]?.loads.map(nameOfLoad)).toEqual(['4×16', '1×1']);
});

it('needs no pair of its own for messages that do not wait', () => {
  const [first, second] = planRun({ ...scope, variants: ['usual', 'no-wait'] });
  expect(first?.loads.map(nameOfLoad)).toContain('4×16 WAIT=false');
  expect(planRun({ ...scope, variants: ['usual', 'no-wait'] })).toHaveLength(12);
  expect(second?.variant).toEqual(VARIANTS.usual);

  const alone = planRun({ ...scope, variants: ['no-wait'] });
  expect(alone.map((step) => `${inShort(step)}: ${step.loads.map(nameOfLoad).join()}`)).toEqual(['Aa: 4×16 WAIT=false,1×1 WAIT=false', 'As: 4×16 WAIT=false,1×1 WAIT=false']);
});

it('takes about 40 minutes with all contenders and variants', () => {
  const java = ['java', 'java 5.3.3'].map((name) => ({ name, inVariants: false }));
  const contenders = [{ name: 'ours', inVariants: true }, { name: 'java-tuned', inVariants: true }, ...java];
  const steps = planRun({ ...scope, contenders, variants: Object.keys(VARIANTS) as VariantName[], rounds: 5, variantRounds: 3 });
  const times = { pairWarmUpSeconds: 3, warmUpSeconds: 0.3, measureSeconds: 2 };
  const seconds = steps.reduce((sum, step) => sum + expectedSeconds(step, times, step.contender === 'ours' ? 1 : 13), 0);
  expect(Math.round(seconds / 60 / 5) * 5).toBe(40);
});

it('takes the rates from the best that the asynchronous master of the first round did', () => {
  const sample = (over: Partial<Sample>): Sample => ({
    contender: 'A',
    role: 'ASYNC_MASTER',
    variant: VARIANTS.usual,
    load: CLOSED_LOADS[0] as LoadShape,
    round: 0,
    sendsPerSecond: 0,
    failed: 0,
    firstFailure: undefined,
    rt: { mean: 1, p50: 1, p90: 1, p99: 1, p999: 1, p9999: 1, max: 1 },
    processes: [],
    ...over,
  });
  expect(asyncMaximum([], 'A')).toBeUndefined();
  const samples = [
    sample({ sendsPerSecond: 100 }),
    sample({ sendsPerSecond: 300 }),
    sample({ sendsPerSecond: 900, role: 'SYNC_MASTER' }),
    sample({ sendsPerSecond: 901, round: 1 }),
    sample({ sendsPerSecond: 902, contender: 'B' }),
    sample({ sendsPerSecond: 903, variant: VARIANTS['no-wait'] }),
    sample({ sendsPerSecond: 904, load: { kind: 'open', connections: 16, bodyBytes: 128, perSecond: 1000, shareOfAsyncMaximum: 0.5 } }),
  ];
  expect(asyncMaximum(samples, 'A')).toBe(300);
});
