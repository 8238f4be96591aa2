// Carries a plan out: a fresh cluster for each step, its loads, the samples. Who cannot go on is left out, the others go on.
import { asyncMaximum, isUsual, nameOfLoad, nameOfStep, nameOfVariant, type PlannedLoad, type Step, type StepTimes } from './plan.ts';
import type { LoadShape, Sample } from './results.ts';

export interface Cluster {
  readonly host: string;
  /** Of the master. */
  readonly port: number;
  /** The master's, then its slaves'; empty where they cannot be seen. */
  readonly pids: readonly number[];
  stop(): Promise<void>;
}

/** What a measurement finds; the rest of a sample is known before. */
export type Figures = Pick<Sample, 'sendsPerSecond' | 'failed' | 'firstFailure' | 'rt' | 'processes' | 'generatorUtilization'>;

/** What is outside: programs, disk, generators. */
export interface Stage {
  /** @throws Error with the cause when the whole run cannot go on */
  checkRoom(step: Step): void;
  start(step: Step): Promise<Cluster>;
  measure(cluster: Cluster, load: LoadShape & { readonly waitStoreMsgOk: boolean }, seconds: { readonly warmUpSeconds: number; readonly measureSeconds: number }): Promise<Figures>;
}

export interface Watcher {
  began(step: Step): void;
  measured(step: Step, load: PlannedLoad, figures: Figures): void;
  ended(step: Step): void;
  /** Left out from here on. */
  failed(what: string): void;
}

export interface Findings {
  readonly samples: readonly Sample[];
  readonly incomplete: readonly string[];
}

const WARM_UP: LoadShape & { readonly waitStoreMsgOk: boolean } = { kind: 'closed', connections: 4, inFlight: 16, bodyBytes: 128, waitStoreMsgOk: true };

/** Never rejects: what went wrong stands in `incomplete`, and what was measured before is kept. */
export async function runPlan(steps: readonly Step[], times: StepTimes, stage: Stage, watcher: Watcher, signal: AbortSignal): Promise<Findings> {
  const samples: Sample[] = [];
  const incomplete: string[] = [];
  /** Contenders, or one variant of one of them. */
  const leftOut = new Set<string>();
  const variantOf = ({ contender, variant }: Step): string => `${contender} ${nameOfVariant(variant)}`;

  for (const step of steps) {
    if (signal.aborted) break;
    if (leftOut.has(step.contender) || leftOut.has(variantOf(step))) {
      watcher.ended(step);
      continue;
    }
    try {
      stage.checkRoom(step);
    } catch (error) {
      incomplete.push(`stopped before ${nameOfStep(step)}: ${(error as Error).message}`);
      return { samples, incomplete };
    }
    watcher.began(step);
    try {
      await runStep(step, times, stage, watcher, samples, signal);
    } catch (error) {
      if (signal.aborted) break;
      const what = isUsual(step.variant) ? step.contender : variantOf(step);
      const cause = `${what} is left out from ${nameOfStep(step)} on: ${(error as Error).message}`;
      leftOut.add(what);
      incomplete.push(cause);
      watcher.failed(cause);
    }
    watcher.ended(step);
  }
  if (signal.aborted) incomplete.push(`stopped early: ${String((signal.reason as Error | undefined)?.message ?? signal.reason)}`);
  return { samples, incomplete };
}

async function runStep(step: Step, times: StepTimes, stage: Stage, watcher: Watcher, samples: Sample[], signal: AbortSignal): Promise<void> {
  const cluster = await stage.start(step);
  try {
    if (times.pairWarmUpSeconds > 0) await stage.measure(cluster, WARM_UP, { warmUpSeconds: 0, measureSeconds: times.pairWarmUpSeconds });
    for (const planned of step.loads) {
      signal.throwIfAborted();
      const load = shapeOf(planned, asyncMaximum(samples, step.contender));
      const figures = await stage.measure(cluster, { ...load, waitStoreMsgOk: planned.waitStoreMsgOk }, times);
      const refusal = refusalOf(figures);
      if (refusal !== undefined) throw new Error(`at ${nameOfLoad(planned)} ${refusal}`);
      const { contender, role, round } = step;
      samples.push({ contender, role, variant: { ...step.variant, waitStoreMsgOk: planned.waitStoreMsgOk }, load, round, ...figures });
      watcher.measured(step, planned, figures);
    }
  } finally {
    await cluster.stop();
  }
}

/** Sends that were refused because of the disk make figures of what was sent before; a few that were refused as the broker was busy do not. */
function refusalOf({ sendsPerSecond, failed, firstFailure }: Figures): string | undefined {
  if (firstFailure !== undefined && failed > 0 && /disk full/i.test(firstFailure)) return `the disk is full: ${firstFailure}`;
  return sendsPerSecond === 0 ? `no send was accepted: ${firstFailure ?? 'none was answered'}` : undefined;
}

function shapeOf({ shape }: PlannedLoad, maximum: number | undefined): LoadShape {
  if (shape.kind === 'closed') return shape;
  if (maximum === undefined) throw new Error('the maximum of the asynchronous master is not known, of which this rate is a share');
  return { ...shape, perSecond: Math.round(shape.shareOfAsyncMaximum * maximum) };
}
