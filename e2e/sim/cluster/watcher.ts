import { maxOffset, minOffset, pullMessage } from '@rocketmq-ts/client-core';
import { createRemotingClient, type RemotingClient } from '@rocketmq-ts/remoting';
import { decodeConsumerOffsetSerializeWrapper, decodeRecords, LanguageCode, PullSysFlag, RemotingCommand, RequestCode, ResponseCode } from '@rocketmq-ts/remoting-protocol';
import { PAIR, sleep, SOLO, TOPIC } from './clients.ts';
import type { BrokerHost, Cluster } from './cluster.ts';
import type { Read } from './history.ts';
import { BROKER_NAME, QUEUE_COUNT } from './settings.ts';

const LOOK_EVERY_MS = 500;
const ASK_TIMEOUT_MS = 400;
const AUDIT_TIMEOUT_MS = 5_000;

/** One queue as a broker serves it, from its first to its last offset. */
export interface ServedQueue {
  readonly queueId: number;
  readonly minOffset: number;
  readonly maxOffset: number;
  readonly reads: readonly Read[];
}

/** Asks the brokers, over the wire as any client, what they hold. */
export class Watcher {
  readonly #cluster: Cluster;
  readonly #client: RemotingClient;
  readonly #known = new Map<string, number>();

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
    this.#client = createRemotingClient({ env: cluster.sim.host('watch').env, language: LanguageCode.OTHER });
  }

  start(): void {
    for (const broker of this.#cluster.brokers) void this.#watch(broker);
  }

  /** What this broker says a group has committed, by queue; undefined when it does not answer. */
  async committed(broker: BrokerHost): Promise<ReadonlyMap<string, ReadonlyMap<number, number>> | undefined> {
    try {
      const answer = await this.#client.invoke(this.#cluster.addressOf(broker), new RemotingCommand(RequestCode.GET_ALL_CONSUMER_OFFSET), { timeoutMs: ASK_TIMEOUT_MS });
      if (answer.code !== ResponseCode.SUCCESS || answer.body === undefined) return undefined;
      const { offsetTable } = decodeConsumerOffsetSerializeWrapper(answer.body);
      return new Map([SOLO, PAIR].map((group) => [group, offsetTable.get(`${TOPIC}@${group}`) ?? new Map()]));
    } catch {
      return undefined;
    }
  }

  /** The same, asked until there is an answer. */
  async committedSurely(broker: BrokerHost): Promise<ReadonlyMap<string, ReadonlyMap<number, number>>> {
    for (;;) {
      const answer = await this.committed(broker);
      if (answer !== undefined) return answer;
      // A client that was refused a connection a moment ago does not dial again at once.
      await sleep(this.#cluster, 100);
    }
  }

  /** Reads everything that this broker serves. @throws when it answers with something else */
  async audit(broker: BrokerHost): Promise<ServedQueue[]> {
    await this.committedSurely(broker);
    const { history } = this.#cluster;
    const address = this.#cluster.addressOf(broker);
    const queues: ServedQueue[] = [];
    for (let queueId = 0; queueId < QUEUE_COUNT; queueId++) {
      const mq = { topic: TOPIC, brokerName: BROKER_NAME, queueId };
      const ends = { minOffset: await minOffset(this.#client, address, mq, { timeoutMs: AUDIT_TIMEOUT_MS }), maxOffset: await maxOffset(this.#client, address, mq, { timeoutMs: AUDIT_TIMEOUT_MS }) };
      const reads = await this.#readQueue(address, `audit ${broker}`, queueId, ends);
      history.audited(broker, reads);
      queues.push({ queueId, ...ends, reads });
    }
    return queues;
  }

  async #readQueue(address: string, by: string, queueId: number, ends: { minOffset: number; maxOffset: number }): Promise<Read[]> {
    const reads: Read[] = [];
    for (let next = ends.minOffset; next < ends.maxOffset; ) {
      const header = {
        consumerGroup: 'audit',
        topic: TOPIC,
        queueId,
        queueOffset: next,
        maxMsgNums: 32,
        sysFlag: PullSysFlag.SUBSCRIPTION,
        commitOffset: 0,
        suspendTimeoutMillis: 0,
        subscription: '*',
        subVersion: 0,
        expressionType: 'TAG',
      };
      const answer = await pullMessage(this.#client, address, header, { timeoutMs: AUDIT_TIMEOUT_MS });
      if (answer.records === undefined) throw new Error(`${by}: nothing at ${queueId}/${next} of ${ends.maxOffset}, ${answer.status}`);
      for (const { properties, body, queueOffset, commitLogOffset } of decodeRecords(answer.records)) {
        reads.push({ atMs: this.#cluster.sim.nowMs, by, id: properties.get('KEYS') ?? '', body, queueId, queueOffset, physicalOffset: commitLogOffset });
      }
      if (answer.nextBeginOffset <= next) throw new Error(`${by}: ${queueId}/${next} is followed by ${answer.nextBeginOffset}`);
      next = answer.nextBeginOffset;
    }
    return reads;
  }

  /** Notes each change of a committed offset, and what every new process begins with. */
  async #watch(broker: BrokerHost): Promise<void> {
    const { env } = this.#cluster.sim.host('watch');
    for (;;) {
      await sleep(env, LOOK_EVERY_MS);
      const groups = await this.committed(broker);
      const starts = this.#cluster.history.happenings.filter(({ host, what }) => host === broker && what === 'up').length;
      for (const [group, queues] of groups ?? []) {
        for (const [queueId, offset] of queues) {
          const key = `${broker} ${starts} ${group} ${queueId}`;
          if (this.#known.get(key) === offset) continue;
          this.#known.set(key, offset);
          this.#cluster.history.sawCommitted(broker, group, queueId, offset);
        }
      }
    }
  }
}
