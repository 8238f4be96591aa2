import { type ClientConfig, ClientRegistry } from '@rocketmq-ts/client-core';
import { DefaultMQPushConsumer } from '@rocketmq-ts/client-consumer';
import { DefaultMQProducer, isMQError, type MessageQueueSelector, type SendOptions, type SendResult } from '@rocketmq-ts/client-producer';
import { createSeededRandom, type Env, type Random } from '@rocketmq-ts/kernel';
import { decodeOffsetMsgId, RequestCode, ResponseCode } from '@rocketmq-ts/remoting-protocol';
import type { Cluster } from './cluster.ts';
import type { Send } from './history.ts';

export const TOPIC = 'Orders';
/** Read by one consumer on c1: its offsets move by one hand only. */
export const SOLO = 'solo';
/** Read by a consumer on each client. */
export const PAIR = 'pair';

export interface Workload {
  /** Mean ms between the sends of one producer. */
  readonly pauseMs: number;
  readonly bodyBytesMax: number;
  /** Which producers run on each client. */
  readonly producers: readonly ProducerKind[];
}

/**
 * `queue`: one message after the other, each to a queue of its own choice, never again after a failure.
 * `any`: as applications send: the client chooses, and tries again.
 * `bulk`: batches, and messages that need not wait.
 */
export type ProducerKind = 'queue' | 'any' | 'bulk';

const USUAL: Workload = { pauseMs: 80, bodyBytesMax: 1500, producers: ['queue', 'any', 'bulk'] };

/** One client machine: a process with producers and consumers, which may be killed and started again. */
export class ClientProcess {
  readonly name: string;
  isSending = true;
  readonly #cluster: Cluster;
  readonly #workload: Workload;
  #random: Random;
  #starts = 0;
  #consumers: DefaultMQPushConsumer[] = [];
  #underWay = 0;

  constructor(cluster: Cluster, name: string, workload: Partial<Workload> = {}) {
    this.name = name;
    this.#cluster = cluster;
    this.#workload = { ...USUAL, ...workload };
    this.#random = createSeededRandom(cluster.options.seed);
  }

  /** Consumers have begun. */
  get isAtWork(): boolean {
    return this.#consumers.length > 0 && this.#consumers.every((consumer) => consumer.state === 'running');
  }

  /** Sends that have not been answered. */
  get underWay(): number {
    return this.#underWay;
  }

  /** Of the producers of the process that runs now: what their messages' ids begin with. */
  get producerNames(): string[] {
    return this.#workload.producers.map((kind) => this.#nameOf(kind));
  }

  start(): void {
    const { name } = this;
    this.#starts += 1;
    this.#underWay = 0;
    this.#random = createSeededRandom(this.#cluster.options.seed * 31 + (name === 'c1' ? 1 : 2) * 1009 + this.#starts);
    const env = this.#cluster.envOf(name);
    const config = this.#config(env);
    this.#consumers = [];
    for (const group of name === 'c1' ? [SOLO, PAIR] : [PAIR]) void this.#consume(env, config, group);
    for (const kind of this.#workload.producers) void this.#produce(env, config, kind);
  }

  /** The process is killed; another one takes its place. */
  restart(): void {
    this.#cluster.kill(this.name);
    this.start();
  }

  #config(env: Env): ClientConfig {
    const cluster = this.#cluster;
    const { name } = this;
    const { address } = cluster.sim.host(name);
    return {
      namesrvAddr: cluster.nameServerAddresses,
      env,
      registry: new ClientRegistry(env),
      host: { pid: 100 + this.#starts, localAddress: address, homeFolder: '/home', namesrvAddr: undefined, writeLine: () => undefined },
      pollNameServerInterval: 5_000,
      heartbeatBrokerInterval: 5_000,
      hooks: [
        {
          beforeRequest() {},
          afterResponse(server, request, response) {
            if (request.code === RequestCode.PULL_MESSAGE && response?.code === ResponseCode.SUCCESS) cluster.history.pulled(name, server);
          },
        },
      ],
    };
  }

  async #consume(env: Env, config: ClientConfig, group: string): Promise<void> {
    const { history } = this.#cluster;
    const by = `${group} ${this.name}`;
    const consumer = new DefaultMQPushConsumer({
      consumerGroup: group,
      subscriptions: { [TOPIC]: '*' },
      consumeFromWhere: 'CONSUME_FROM_FIRST_OFFSET',
      persistConsumerOffsetInterval: 1_000,
      handler: (messages) => {
        for (const { keys, body, queueId, queueOffset, commitLogOffset } of messages) {
          history.read({ by, id: keys[0] ?? '', body, queueId, queueOffset, physicalOffset: commitLogOffset });
        }
      },
      ...config,
    });
    this.#consumers.push(consumer);
    for (;;) {
      try {
        await consumer.start();
        return;
      } catch (error) {
        history.note(`${by}: cannot start, ${reasonOf(error)}`);
        await sleep(env, 1_000);
      }
    }
  }

  async #produce(env: Env, config: ClientConfig, kind: ProducerKind): Promise<void> {
    const who = this.#nameOf(kind);
    const producer = new DefaultMQProducer({ producerGroup: `p-${kind}`, sendMsgTimeout: 2_500, ...config });
    await producer.start();
    for (let count = 1; ; ) {
      await sleep(env, 1 + this.#random.below(2 * this.#workload.pauseMs));
      if (!this.isSending) continue;
      this.#underWay += 1;
      const batch = kind === 'bulk' && this.#random.below(2) === 0 ? 2 + this.#random.below(4) : 1;
      await this.#send(producer, kind, Array.from({ length: batch }, () => `${who}-${count++}`));
      this.#underWay -= 1;
    }
  }

  #nameOf(kind: ProducerKind): string {
    return `${this.name}.${this.#starts}-${kind}`;
  }

  async #send(producer: DefaultMQProducer, kind: ProducerKind, ids: readonly string[]): Promise<void> {
    const { history } = this.#cluster;
    const random = this.#random;
    const waits = kind !== 'bulk' || ids.length > 1 || random.below(2) === 0;
    const options: SendOptions = kind === 'queue' ? { queue: selectorOf(random.below(64)) } : {};
    const sends = ids.map((id) => history.send({ id, body: this.#body(id), waits, attemptsMax: kind === 'queue' ? 1 : 3 }));
    const inputs = sends.map(({ id, body }) => ({ topic: TOPIC, body, keys: id, waitStoreMsgOK: waits }));
    try {
      const result = await producer.send(inputs.length === 1 ? inputs[0]! : inputs, options);
      const heard = this.#cluster.options.planted?.heard;
      answer(sends, result, (send, answered) => history.answered(send, { ...answered, status: heard?.(answered.status) ?? answered.status }));
    } catch (error) {
      for (const send of sends) history.failed(send, reasonOf(error));
    }
  }

  #body(id: string): Buffer {
    const size = id.length + this.#random.below(this.#workload.bodyBytesMax);
    return Buffer.alloc(size, `${id} `);
  }
}

function answer(sends: readonly Send[], result: SendResult, tell: (send: Send, answer: Parameters<Cluster['history']['answered']>[1]) => void): void {
  const places = result.offsetMsgId.split(',');
  sends.forEach((send, index) => {
    const { physicalOffset } = decodeOffsetMsgId(places[index] ?? '');
    tell(send, { status: result.sendStatus, queueId: result.messageQueue.queueId, queueOffset: result.queueOffset + index, physicalOffset });
  });
}

function selectorOf(draw: number): MessageQueueSelector {
  return (queues) => queues[draw % queues.length]!;
}

function reasonOf(error: unknown): string {
  const cause = (error as { cause?: unknown }).cause;
  const code = isMQError(error) ? error.code : (error as Error).message;
  return cause instanceof Error ? `${code} (${cause.message})` : code;
}

export function sleep(env: Pick<Env, 'timers'>, ms: number): Promise<void> {
  return new Promise((resolve) => void env.timers.after(ms, resolve));
}
