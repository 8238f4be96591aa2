// Reads through the push consumer SDK, as applications do. A piscina worker.
import { performance } from 'node:perf_hooks';
import type { MessagePort } from 'node:worker_threads';
import { ConsumeFromWhere, DefaultMQPushConsumer } from '@rocketmq-ts/client-consumer';
import { type Generator, type GeneratorReport, runGenerator } from './generator.ts';
import { sentAt } from './stamp.ts';
import type { Tally } from './tally.ts';

export interface SdkConsumerTask {
  readonly port: MessagePort;
  readonly namesrvAddr: string;
  readonly topics: readonly string[];
  readonly connections: number;
  readonly consumerGroup: string;
  readonly pullBatch: number;
  /** `first`: what is stored is read, without times. `last`: what comes is read, times are those of messages since they were sent. */
  readonly from: 'first' | 'last';
  /** Differs between generators and runs. */
  readonly name: string;
}

/** Messages handed over at a time, so that a handler call is a small part of the cost. */
const BATCH = 32;

export default function sdkConsumer(task: SdkConsumerTask): Promise<GeneratorReport> {
  return runGenerator(task.port, async (tally) => {
    const consumers = Array.from({ length: task.connections }, (_, n) => makeConsumer(task, n, tally));
    // Those of a backlog begin with the measured run; those of what comes must be there before it.
    if (task.from === 'last') await startAll(consumers);
    return new Consumers(consumers, task.from, tally);
  });
}

function makeConsumer(task: SdkConsumerTask, n: number, tally: Tally): DefaultMQPushConsumer {
  return new DefaultMQPushConsumer({
    consumerGroup: task.consumerGroup,
    namesrvAddr: task.namesrvAddr,
    instanceName: `${task.name}-${n}`,
    subscriptions: Object.fromEntries(task.topics.map((topic) => [topic, '*'])),
    consumeFromWhere: task.from === 'first' ? ConsumeFromWhere.CONSUME_FROM_FIRST_OFFSET : ConsumeFromWhere.CONSUME_FROM_LAST_OFFSET,
    pullBatchSize: task.pullBatch,
    consumeMessageBatchMaxSize: BATCH,
    handler: (messages) => {
      const now = performance.now();
      if (task.from === 'first') return tally.received(messages.length, now);
      for (const { body } of messages) {
        const since = sentAt(body, 0, body.length);
        if (!Number.isNaN(since)) tally.succeeded(since, now);
      }
    },
  });
}

async function startAll(consumers: readonly DefaultMQPushConsumer[]): Promise<void> {
  try {
    await Promise.all(consumers.map((consumer) => consumer.start()));
  } catch (error) {
    await Promise.all(consumers.map((consumer) => consumer.shutdown()));
    throw error;
  }
}

class Consumers implements Generator {
  readonly #consumers: readonly DefaultMQPushConsumer[];
  readonly #from: 'first' | 'last';
  readonly #tally: Tally;

  constructor(consumers: readonly DefaultMQPushConsumer[], from: 'first' | 'last', tally: Tally) {
    this.#consumers = consumers;
    this.#from = from;
    this.#tally = tally;
  }

  start(): void {
    if (this.#from === 'first') startAll(this.#consumers).catch(this.#tally.broke);
  }

  isIdle(): boolean {
    return true;
  }

  giveUp(): { unanswered: number; unsent: number } {
    return { unanswered: 0, unsent: 0 };
  }

  async close(): Promise<void> {
    await Promise.all(this.#consumers.map((consumer) => consumer.shutdown({ drainTimeoutMs: 0 })));
  }
}
