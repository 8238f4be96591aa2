// From the samples of a run to figures: throughput, RT, what synchronous replication costs. Pure.
//
// Two sides are compared round by round, since what drifts with time hits both sides of a round alike.
import { isUsual, sameVariant, VARIANTS } from '../sync-replication/plan.ts';
import type { ContenderFacts, LoadShape, RoundTripTimes, Sample, SyncReplicationResults, Variant } from '../sync-replication/results.ts';
import { BUSY, type Figure, figureOf, type Mark, overlap, REACHED } from './figure.ts';
import { median, middleHalf } from './statistics.ts';

export type Role = Sample['role'];
export type ClosedLoad = Extract<LoadShape, { kind: 'closed' }>;
export type OpenLoad = Extract<LoadShape, { kind: 'open' }>;
export type Quantity = (sample: Sample) => number;

export const USUAL: Variant = VARIANTS.usual;

export const sendsPerSecond: Quantity = (sample) => sample.sendsPerSecond;
/** Of a sample without a send there is no RT, whatever an empty histogram says. Microseconds. */
export const roundTrip =
  (key: keyof RoundTripTimes): Quantity =>
  (sample) =>
    sample.sendsPerSecond > 0 ? sample.rt[key] : Number.NaN;
/** Of the master (0) or one of its slaves. */
export const cpuUsPerSend =
  (process: number): Quantity =>
  (sample) =>
    sample.processes[process]?.cpuUsPerSend ?? Number.NaN;
export const residentMiB =
  (process: number): Quantity =>
  (sample) =>
    sample.processes[process]?.residentMiB ?? Number.NaN;

export interface Which {
  readonly contender: string;
  readonly role: Role;
  readonly variant: Variant;
  readonly load: LoadShape;
}

export function select(samples: readonly Sample[], { contender, role, variant, load }: Which): readonly Sample[] {
  return samples.filter((sample) => sample.contender === contender && sample.role === role && sameVariant(sample.variant, variant) && sameLoad(sample.load, load));
}

export function measured(samples: readonly Sample[], quantity: Quantity): Figure | undefined {
  return figureOf([...byRound(samples, quantity).values()], marksOf(samples));
}

/** 1 − TPS(sync) / TPS(async). */
export function costOfSync(asynchronous: readonly Sample[], synchronous: readonly Sample[]): Figure | undefined {
  return compared(synchronous, asynchronous, sendsPerSecond, (sync, async) => ({ value: 1 - sync / async, size: Math.max(1, sync / async) }));
}

/** RT(sync) − RT(async), µs. */
export function addedRoundTrip(asynchronous: readonly Sample[], synchronous: readonly Sample[], key: keyof RoundTripTimes): Figure | undefined {
  return compared(synchronous, asynchronous, roundTrip(key), (sync, async) => ({ value: sync - async, size: Math.max(sync, async) }));
}

/** RT(sync) / RT(async) − 1. */
export function addedShareOfRoundTrip(asynchronous: readonly Sample[], synchronous: readonly Sample[], key: keyof RoundTripTimes): Figure | undefined {
  return compared(synchronous, asynchronous, roundTrip(key), (sync, async) => ({ value: sync / async - 1, size: Math.max(1, sync / async) }));
}

export function ratio(of: readonly Sample[], to: readonly Sample[], quantity: Quantity): Figure | undefined {
  return compared(of, to, quantity, (a, b) => ({ value: a / b, size: a / b }));
}

/** What an asynchronous master with the same slave does. A delay or a second slave that it does not wait for need not have been measured again. */
export function asynchronousSide(samples: readonly Sample[], which: Omit<Which, 'role'>): readonly Sample[] {
  const same = select(samples, { ...which, role: 'ASYNC_MASTER' });
  if (same.length > 0 || which.variant.masterFlush !== USUAL.masterFlush) return same;
  return select(samples, { ...which, variant: USUAL, role: 'ASYNC_MASTER' });
}

export interface Sides {
  readonly asynchronous: readonly Sample[];
  readonly synchronous: readonly Sample[];
}

export function sidesOf(samples: readonly Sample[], which: Omit<Which, 'role'>): Sides {
  return { asynchronous: asynchronousSide(samples, which), synchronous: select(samples, { ...which, role: 'SYNC_MASTER' }) };
}

// What a run holds.

/** In an open loop by share: a rate is its contender's own. */
export function sameLoad(a: LoadShape, b: LoadShape): boolean {
  if (a.connections !== b.connections || a.bodyBytes !== b.bodyBytes) return false;
  if (a.kind === 'closed') return b.kind === 'closed' && a.inFlight === b.inFlight;
  return b.kind === 'open' && a.shareOfAsyncMaximum === b.shareOfAsyncMaximum;
}

export const inFlightOf = ({ connections, inFlight }: ClosedLoad): number => connections * inFlight;

/** Each once, the lightest first. */
export function closedLoads(samples: readonly Sample[]): readonly ClosedLoad[] {
  const loads = samples.map(({ load }) => load).filter((load) => load.kind === 'closed');
  return distinct(loads, sameLoad).sort((a, b) => a.bodyBytes - b.bodyBytes || inFlightOf(a) - inFlightOf(b));
}

export function openLoads(samples: readonly Sample[]): readonly OpenLoad[] {
  const loads = samples.map(({ load }) => load).filter((load) => load.kind === 'open');
  return distinct(loads, sameLoad).sort((a, b) => a.bodyBytes - b.bodyBytes || a.shareOfAsyncMaximum - b.shareOfAsyncMaximum);
}

/** Other than the usual one, in the order in which the run came to them. */
export function otherVariants(samples: readonly Sample[]): readonly Variant[] {
  return distinct(samples.map(({ variant }) => variant), sameVariant).filter((variant) => !isUsual(variant));
}

export function usualSamples({ samples }: SyncReplicationResults): readonly Sample[] {
  return samples.filter(({ variant }) => isUsual(variant));
}

/** The load that sentences speak of: 4 × 16 in flight where it was measured, else the heaviest. */
export function headlineLoad(samples: readonly Sample[]): ClosedLoad | undefined {
  const loads = closedLoads(samples);
  return loads.find(isFourTimesSixteen) ?? loads.toSorted((a, b) => inFlightOf(a) - inFlightOf(b)).at(-1);
}

export function singleLoad(samples: readonly Sample[]): ClosedLoad | undefined {
  return closedLoads(samples).find((load) => inFlightOf(load) === 1);
}

const isFourTimesSixteen = ({ connections, inFlight }: ClosedLoad): boolean => connections === 4 && inFlight === 16;

export const isOurs = ({ implementation }: ContenderFacts): boolean => implementation === 'rocketmq-ts';
export const isTuned = ({ name }: ContenderFacts): boolean => /\btuned\b/i.test(name);
export const isTunedJava460 = (facts: ContenderFacts): boolean => facts.implementation === 'java' && facts.version.startsWith('4.6.0') && isTuned(facts);

function compared(
  of: readonly Sample[],
  to: readonly Sample[],
  quantity: Quantity,
  combine: (of: number, to: number) => { readonly value: number; readonly size: number },
): Figure | undefined {
  const ofRounds = byRound(of, quantity);
  const toRounds = byRound(to, quantity);
  const rounds = [...ofRounds.keys()].filter((round) => toRounds.has(round));
  const pairs = rounds.map((round) => combine(ofRounds.get(round) as number, toRounds.get(round) as number)).filter(({ value }) => Number.isFinite(value));
  const marks = new Set([...marksOf(of), ...marksOf(to)]);
  if (pairs.length > 0 && overlap(middleHalf([...ofRounds.values()]), middleHalf([...toRounds.values()]))) marks.add('no difference');
  return figureOf(pairs.map(({ value }) => value), marks, median(pairs.map(({ size }) => size)));
}

/** One value a round, in the order of the rounds: the median of those that a round has. */
function byRound(samples: readonly Sample[], quantity: Quantity): ReadonlyMap<number, number> {
  const rounds = new Map<number, number[]>();
  for (const sample of samples.toSorted((a, b) => a.round - b.round)) {
    const value = quantity(sample);
    if (!Number.isFinite(value)) continue;
    const values = rounds.get(sample.round);
    if (values === undefined) rounds.set(sample.round, [value]);
    else values.push(value);
  }
  return new Map([...rounds].map(([round, values]) => [round, median(values)]));
}

function marksOf(samples: readonly Sample[]): ReadonlySet<Mark> {
  const marks = new Set<Mark>();
  for (const { failed, load, sendsPerSecond: achieved, generatorUtilization = 0 } of samples) {
    if (failed > 0) marks.add('failed sends');
    if (generatorUtilization > BUSY) marks.add('generator busy');
    if (load.kind === 'open' && achieved < REACHED * load.perSecond) marks.add('rate not reached');
  }
  return marks;
}

function distinct<T>(things: readonly T[], same: (a: T, b: T) => boolean): T[] {
  const found: T[] = [];
  for (const thing of things) if (!found.some((other) => same(other, thing))) found.push(thing);
  return found;
}
