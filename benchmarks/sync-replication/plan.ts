// What is measured, in which order. Pure: contenders, variants and loads in, steps out.
import { interleaved } from '../load/interleaved.ts';
import type { LoadShape, Sample, Variant } from './results.ts';

export type Role = Sample['role'];

/** The rate of an open loop is known when the asynchronous master has been measured. */
export type PlannedShape = Extract<LoadShape, { kind: 'closed' }> | Omit<Extract<LoadShape, { kind: 'open' }>, 'perSecond'>;

export interface PlannedLoad {
  readonly shape: PlannedShape;
  readonly waitStoreMsgOk: boolean;
}

/** One fresh pair (or cluster) and the loads that it gets, one after the other. */
export interface Step {
  readonly contender: string;
  readonly role: Role;
  /** Of the pair; `waitStoreMsgOk` is the load's. */
  readonly variant: Variant;
  readonly round: number;
  readonly loads: readonly PlannedLoad[];
}

export interface PlannedContender {
  readonly name: string;
  /** Whether it is also measured in other variants than the usual one. */
  readonly inVariants: boolean;
}

export interface Scope {
  readonly contenders: readonly PlannedContender[];
  readonly variants: readonly VariantName[];
  readonly loads: readonly PlannedShape[];
  /** Of the variants. */
  readonly variantLoads: readonly PlannedShape[];
  readonly rounds: number;
  readonly variantRounds: number;
}

export const ROLES: readonly Role[] = ['ASYNC_MASTER', 'SYNC_MASTER'];

const USUAL: Variant = { delayMs: 0, slaves: 1, waitStoreMsgOk: true, masterFlush: 'ASYNC_FLUSH', slaveFlush: 'ASYNC_FLUSH' };

export type VariantName = 'usual' | 'no-wait' | 'delay-0.2' | 'delay-1' | 'two-slaves' | 'sync-flush-master' | 'sync-flush-slave';

/** `no-wait` needs no other pair than the usual one: it is in the messages. */
export const VARIANTS: Readonly<Record<VariantName, Variant>> = {
  usual: USUAL,
  'no-wait': { ...USUAL, waitStoreMsgOk: false },
  'delay-0.2': { ...USUAL, delayMs: 0.2 },
  'delay-1': { ...USUAL, delayMs: 1 },
  'two-slaves': { ...USUAL, slaves: 2 },
  'sync-flush-master': { ...USUAL, masterFlush: 'SYNC_FLUSH' },
  'sync-flush-slave': { ...USUAL, slaveFlush: 'SYNC_FLUSH' },
};

const closed = (connections: number, inFlight: number): PlannedShape => ({ kind: 'closed', connections, inFlight, bodyBytes: 128 });
const open = (shareOfAsyncMaximum: number): PlannedShape => ({ kind: 'open', connections: 16, bodyBytes: 128, shareOfAsyncMaximum });

/** One at a time comes last: by then Java has compiled what it compiles only under load. */
export const CLOSED_LOADS: readonly PlannedShape[] = [closed(4, 16), closed(4, 64), closed(16, 64), closed(4, 4), closed(4, 1), closed(1, 1)];
export const OPEN_LOADS: readonly PlannedShape[] = [open(0.25), open(0.5), open(0.75)];
export const VARIANT_LOADS: readonly PlannedShape[] = [closed(4, 16), closed(1, 1)];

/** The first round begins with each contender's asynchronous master, which says what the rates of the open loops are shares of. */
export function planRun(scope: Scope): readonly Step[] {
  return Array.from({ length: scope.rounds }, (_, round) => interleaved(stepsOfRound(scope, round), round)).flat();
}

function stepsOfRound({ contenders, variants, loads, variantLoads, variantRounds }: Scope, round: number): readonly Step[] {
  const inVariants = round < variantRounds;
  return variants.flatMap((name) => {
    const pairsOfItsOwn = name !== 'no-wait' || !variants.includes('usual');
    if (!pairsOfItsOwn || (name !== 'usual' && !inVariants)) return [];
    return contenders
      .filter((contender) => name === 'usual' || contender.inVariants)
      .flatMap((contender) =>
        ROLES.map((role): Step => {
          const step = { contender: contender.name, role, variant: { ...VARIANTS[name], waitStoreMsgOk: true }, round };
          if (name !== 'usual') return { ...step, loads: planned(variantLoads, name !== 'no-wait') };
          const withoutWait = variants.includes('no-wait') && contender.inVariants && inVariants ? planned(variantLoads, false) : [];
          const [ofClosedLoop, ofOpenLoop] = [loads.filter(({ kind }) => kind === 'closed'), loads.filter(({ kind }) => kind === 'open')];
          // The heaviest last: what they leave behind in the broker is in nobody's way.
          return { ...step, loads: [...planned(ofClosedLoop, true), ...withoutWait, ...planned(ofOpenLoop, true)] };
        }),
      );
  });
}

function planned(shapes: readonly PlannedShape[], waitStoreMsgOk: boolean): readonly PlannedLoad[] {
  return shapes.map((shape) => ({ shape, waitStoreMsgOk }));
}

export interface StepTimes {
  /** Load on a fresh pair before its first measurement. */
  readonly pairWarmUpSeconds: number;
  /** Before each measurement. */
  readonly warmUpSeconds: number;
  readonly measureSeconds: number;
}

/** What goes by between two measurements: connections, answers that are still under way. */
const BETWEEN_SECONDS = 0.3;

/** @param startSeconds until a pair of this contender is ready */
export function expectedSeconds(step: Step, times: StepTimes, startSeconds: number): number {
  return startSeconds + times.pairWarmUpSeconds + step.loads.length * (times.warmUpSeconds + times.measureSeconds + BETWEEN_SECONDS);
}

/** What the asynchronous master of this contender did at most in a closed loop of the first round; undefined before. */
export function asyncMaximum(samples: readonly Sample[], contender: string): number | undefined {
  const rates = samples
    .filter((sample) => sample.contender === contender && sample.role === 'ASYNC_MASTER' && sample.round === 0 && sample.load.kind === 'closed' && isUsual(sample.variant))
    .map(({ sendsPerSecond }) => sendsPerSecond);
  return rates.length === 0 ? undefined : Math.max(...rates);
}

export function sameVariant(a: Variant, b: Variant): boolean {
  return (Object.keys(USUAL) as (keyof Variant)[]).every((key) => a[key] === b[key]);
}

export function isUsual(variant: Variant): boolean {
  return sameVariant(variant, USUAL);
}

/** For lines: `4×16`, `4×16 WAIT=false`, `25 %`. */
export function nameOfLoad({ shape, waitStoreMsgOk }: PlannedLoad): string {
  const what = shape.kind === 'closed' ? `${shape.connections}×${shape.inFlight}` : `${shape.shareOfAsyncMaximum * 100} % of the async maximum`;
  return waitStoreMsgOk ? what : `${what} WAIT=false`;
}

export function nameOfVariant(variant: Variant): VariantName {
  const names = Object.keys(VARIANTS) as VariantName[];
  return names.find((name) => sameVariant(variant, VARIANTS[name])) ?? 'usual';
}

/** For lines: `Java 4.6.0 SYNC_MASTER delay-1, round 2`. */
export function nameOfStep({ contender, role, variant, round }: Step): string {
  return `${contender} ${role}${isUsual(variant) ? '' : ` ${nameOfVariant(variant)}`}, round ${round + 1}`;
}
