// The goals that a run of sync-replication can decide, and whether it does.
import type { ContenderFacts, Sample, SyncReplicationResults } from '../sync-replication/results.ts';
import { addedRoundTrip, addedShareOfRoundTrip, closedLoads, costOfSync, isOurs, isTunedJava460, openLoads, ratio, select, sendsPerSecond, sidesOf, USUAL, usualSamples } from './analysis.ts';
import { agrees, doubts, type Figure, quote, REASONS } from './figure.ts';
import { addedMillis, millis, percent, times } from './units.ts';

export type Verdict = 'met' | 'not met' | 'not decided';

export interface GoalOutcome {
  readonly id: string;
  readonly goal: string;
  readonly figure: string;
  readonly verdict: Verdict;
  /** By how much not, or why it is not decided; empty when met. */
  readonly because: string;
}

interface Bound {
  readonly kind: 'at most' | 'at least';
  readonly target: number;
  /** Of the distance to the target. */
  readonly unit: (n: number) => string;
}

const points = (share: number): string => `${(share * 100).toFixed(1)} percentage points`;
const TEN_PERCENT: Bound = { kind: 'at most', target: 0.1, unit: points };

/** A figure decides when nothing speaks against it and its rounds lie on one side of the goal. */
export function decide(figure: Figure | undefined, { kind, target, unit }: Bound): { readonly verdict: Verdict; readonly because: string } {
  if (figure === undefined) return { verdict: 'not decided', because: 'not measured in this run' };
  const off = kind === 'at most' ? figure.median - target : target - figure.median;
  const side = off <= 0 ? 'the median would meet it' : `the median misses it by ${unit(off)}`;
  const reached = agrees(figure, (n) => (kind === 'at most' ? n <= target : n >= target));
  if (reached !== undefined) return reached ? { verdict: 'met', because: '' } : { verdict: 'not met', because: `by ${unit(off)}` };
  const reasons = doubts(figure).map((mark) => REASONS[mark]);
  return { verdict: 'not decided', because: `${reasons.length > 0 ? reasons.join('; ') : 'the rounds lie on both sides of the goal'}; ${side}` };
}

export function goalsOf(results: SyncReplicationResults): readonly GoalOutcome[] {
  const { contenders } = results;
  const samples = usualSamples(results);
  const ours = contenders.find(isOurs);
  const tuned = contenders.find(isTunedJava460);
  const half = openLoads(samples).find(({ shareOfAsyncMaximum }) => shareOfAsyncMaximum === 0.5);
  const one = closedSides(samples, ours, 1, 1);
  const atHalf = ours === undefined || half === undefined ? undefined : sidesOf(samples, { contender: ours.name, variant: USUAL, load: half });
  return [
    outcome('P4', 'SYNC_MASTER with a slave, 4 × 16 in flight: at least 4 × tuned Java 4.6.0', timesTuned(samples, ours, tuned), { kind: 'at least', target: 4, unit: times }, times),
    ...[
      { connections: 4, inFlight: 16 },
      { connections: 16, inFlight: 64 },
    ].map(({ connections, inFlight }) => {
      const sides = closedSides(samples, ours, connections, inFlight);
      const cost = sides && costOfSync(sides.asynchronous, sides.synchronous);
      return outcome('P6', `cost of synchronous replication in sends/s, ${connections} × ${inFlight} in flight: at most 10 %`, cost, TEN_PERCENT, percent);
    }),
    ...(['p50', 'p99'] as const).map((key) =>
      outcome(
        'P7',
        `RT ${key} at half the asynchronous maximum, open loop: at most 10 % longer, where a round trip to the slave is small beside it`,
        atHalf && addedShareOfRoundTrip(atHalf.asynchronous, atHalf.synchronous, key),
        TEN_PERCENT,
        percent,
      ),
    ),
    outcome('P7', 'RT p50 of one message at a time: at most 0.1 ms longer', one && addedRoundTrip(one.asynchronous, one.synchronous, 'p50'), { kind: 'at most', target: 100, unit: millis }, addedMillis),
  ];
}

function outcome(id: string, goal: string, figure: Figure | undefined, bound: Bound, unit: (n: number) => string): GoalOutcome {
  return { id, goal, figure: quote(figure, unit), ...decide(figure, bound) };
}

/** Of the smallest body that was sent so. */
function closedLoad(samples: readonly Sample[], connections: number, inFlight: number) {
  return closedLoads(samples).find((load) => load.connections === connections && load.inFlight === inFlight);
}

function closedSides(samples: readonly Sample[], contender: ContenderFacts | undefined, connections: number, inFlight: number) {
  const load = closedLoad(samples, connections, inFlight);
  return contender === undefined || load === undefined ? undefined : sidesOf(samples, { contender: contender.name, variant: USUAL, load });
}

function timesTuned(samples: readonly Sample[], ours: ContenderFacts | undefined, tuned: ContenderFacts | undefined): Figure | undefined {
  const load = closedLoad(samples, 4, 16);
  if (ours === undefined || tuned === undefined || load === undefined) return undefined;
  const of = ({ name }: ContenderFacts) => select(samples, { contender: name, role: 'SYNC_MASTER', variant: USUAL, load });
  return ratio(of(ours), of(tuned), sendsPerSecond);
}
