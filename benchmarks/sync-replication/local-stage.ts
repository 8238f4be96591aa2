// Pairs on this machine, started fresh for each step.
import { tmpdir } from 'node:os';
import { javaAvailable } from '@rocketmq-ts/testkit';
import { java533DefaultPair, java533Pair, javaPair, javaTunedPair, oursPair, type PairContender, startPair } from '../contenders/pairs.ts';
import type { LoadRunner } from '../load/load-runner.ts';
import type { Cluster, Figures, Stage } from './campaign.ts';
import { checkDiskRoom, diskOf } from './disk-room.ts';
import type { ContenderId } from './options.ts';
import type { Step, StepTimes } from './plan.ts';
import type { ContenderFacts, Variant } from './results.ts';

export interface LocalContender {
  readonly pair: PairContender;
  readonly facts: ContenderFacts;
  /** Until a pair of it is ready, before anything has been learnt. */
  readonly startSeconds: number;
  /** Not 5.3.3: its slave does not heed `haMasterAddress` (it is set before there is a client that could take it), so nothing can be put in between. */
  readonly inVariants: boolean;
}

const JAVA_START_SECONDS = 13;

function contender(pair: PairContender, implementation: 'rocketmq-ts' | 'java', version: string, inVariants: boolean): LocalContender {
  const { name, description } = pair;
  return { pair, facts: { name, implementation, version, description }, startSeconds: implementation === 'java' ? JAVA_START_SECONDS : 1, inVariants };
}

/** @param version of this workspace */
export function localContender(id: ContenderId, version: string): LocalContender {
  switch (id) {
    case 'ours':
      return contender(oursPair, 'rocketmq-ts', version, true);
    case 'java':
      return contender(javaPair, 'java', '4.6.0', false);
    case 'java-tuned':
      return contender(javaTunedPair, 'java', '4.6.0', true);
    case 'java-5.3.3':
      return contender(java533Pair, 'java', '5.3.3', false);
    case 'java-5.3.3-defaults':
      return contender(java533DefaultPair, 'java', '5.3.3', false);
  }
}

/** Why this contender cannot be started here; undefined when it can. Fetches what is missing. */
export function whyNot({ pair, facts }: LocalContender): string | undefined {
  const { available, reason } = javaAvailable();
  if (facts.implementation === 'java' && !available) return `${facts.name} is left out: ${reason}`;
  try {
    pair.installation.prepare();
    return undefined;
  } catch (error) {
    return `${facts.name} is left out: ${(error as Error).message}`;
  }
}

export function localStage(contenders: readonly LocalContender[], runner: LoadRunner, times: StepTimes, signal: AbortSignal): Stage {
  const pairOf = (name: string): PairContender => {
    const found = contenders.find(({ pair }) => pair.name === name);
    if (found === undefined) throw new Error(`no contender is called ${name}`);
    return found.pair;
  };
  return {
    checkRoom: (step) => checkDiskRoom(step, times, diskOf(tmpdir()), tmpdir()),
    async start({ contender: name, role, variant }: Step): Promise<Cluster> {
      const { pid, port, slaves, stop } = await startPair(pairOf(name), role, { ...pairOptions(variant), signal });
      return { host: '127.0.0.1', port, pids: [pid, ...slaves.map((slave) => slave.pid)], stop };
    },
    measure: measureWith(runner, {}, signal),
  };
}

function pairOptions({ delayMs, slaves, masterFlush, slaveFlush }: Variant) {
  return { haDelayMs: delayMs, slaves, masterConfig: { flushDiskType: masterFlush }, slaveConfig: { flushDiskType: slaveFlush } };
}

export function measureWith(runner: LoadRunner, where: { readonly topic?: string; readonly queues?: number }, signal: AbortSignal): Stage['measure'] {
  return async ({ host, port, pids }, load, { warmUpSeconds, measureSeconds }): Promise<Figures> => {
    const figures = await runner.run({ host, port }, { ...load, ...where }, { warmUpSeconds, measureSeconds }, pids, signal);
    const { sendsPerSecond, failed, firstFailure, rt, processes, generator } = figures;
    return { sendsPerSecond, failed, firstFailure, rt, processes, generatorUtilization: generator.utilization };
  };
}
