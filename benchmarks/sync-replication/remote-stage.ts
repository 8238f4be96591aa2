// A cluster of the user's own: looked at before it is loaded, and left as it is afterwards.
import { BrokerProbe } from '../contenders/broker-probe.ts';
import { firstAcceptedSend } from '../contenders/first-send.ts';
import type { LoadRunner } from '../load/load-runner.ts';
import type { Cluster, Stage } from './campaign.ts';
import { measureWith } from './local-stage.ts';
import type { Address, RemoteOptions } from './options.ts';
import type { Role, Step } from './plan.ts';

/** What a broker says of itself that matters here. */
export interface BrokerFacts {
  readonly config: ReadonlyMap<string, string>;
  readonly topic: { readonly perm: number; readonly writeQueueNums: number } | undefined;
}

const WRITABLE = 2;
const ACCEPT_LIMIT_MS = 10_000;

/** Why this broker is not the one that was meant; undefined when it is. */
export function whyNotThisBroker({ config, topic }: BrokerFacts, role: Role, topicName: string): string | undefined {
  const is = config.get('brokerRole');
  if (is !== role) return `it is ${is === undefined ? 'no broker of a role that it tells' : `brokerRole=${is}`}, not ${role}`;
  if (topic === undefined) return `it has no topic ${topicName}; create it first (mqadmin updateTopic), with the same number of queues on both`;
  if ((topic.perm & WRITABLE) === 0 || topic.writeQueueNums === 0) return `its topic ${topicName} takes no messages (perm=${topic.perm}, writeQueueNums=${topic.writeQueueNums})`;
  return undefined;
}

interface Checked {
  readonly queues: number;
  readonly version: string;
  readonly flushes: string;
}

/** @throws Error with the cause: dead address, wrong role, wrong topic, a slave that has not joined */
export async function checkRemote({ host, port }: Address, role: Role, topic: string): Promise<Checked> {
  const probe = new BrokerProbe(port, host);
  try {
    const config = await probe.config();
    const facts: BrokerFacts = { config, topic: await probe.topicConfig(topic) };
    const reason = whyNotThisBroker(facts, role, topic);
    if (reason !== undefined) throw new Error(reason);
    await firstAcceptedSend(port, { host, topic, limitMs: ACCEPT_LIMIT_MS });
    return { queues: facts.topic?.writeQueueNums ?? 1, version: await probe.version(), flushes: config.get('flushDiskType') ?? 'unknown' };
  } catch (error) {
    throw new Error(`${role} at ${host}:${port}: ${(error as Error).message}`, { cause: error });
  } finally {
    await probe.close();
  }
}

export function remoteStage({ asyncMaster, syncMaster, topic }: RemoteOptions, queues: number, runner: LoadRunner, signal: AbortSignal): Stage {
  return {
    checkRoom: () => undefined,
    async start({ role }: Step): Promise<Cluster> {
      const address = role === 'ASYNC_MASTER' ? asyncMaster : syncMaster;
      // It may have lost its slave since the last step.
      await checkRemote(address, role, topic);
      return { ...address, pids: [], stop: () => Promise.resolve() };
    },
    measure: measureWith(runner, { topic, queues }, signal),
  };
}
