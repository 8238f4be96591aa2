// Sends through the producer SDK, as applications do. A piscina worker.
import { performance } from 'node:perf_hooks';
import { DefaultMQProducer, type MessageInput } from '@rocketmq-ts/client-producer';
import { type GeneratorReport, runGenerator } from './generator.ts';
import { type Answered, type Lane, makeLoop, type SenderTask } from './loops.ts';
import { Slots } from './slots.ts';
import { putStamp } from './stamp.ts';
import type { Tally } from './tally.ts';

export interface SdkSenderTask extends SenderTask {
  readonly namesrvAddr: string;
  readonly topics: readonly string[];
  readonly waitStoreMsgOk: boolean;
  readonly stamped: boolean;
  /** Differs between generators and runs. */
  readonly name: string;
}

const NO_COMPRESSION = 2 ** 31 - 1;

export default function sdkSender(task: SdkSenderTask): Promise<GeneratorReport> {
  return runGenerator(task.port, async (tally) => {
    const producers = Array.from({ length: task.connections }, (_, n) => {
      return new DefaultMQProducer({
        producerGroup: 'benchmark_producer',
        namesrvAddr: task.namesrvAddr,
        // A client of its own each, and so a connection of its own.
        instanceName: `${task.name}-${n}`,
        maxInFlight: task.inFlight,
        // A retry would hide a failure.
        retryTimesWhenSendFailed: 0,
        // The size asked for is to be the size on the wire.
        compressMsgBodyOverHowmuch: NO_COMPRESSION,
      });
    });
    try {
      await Promise.all(producers.map((producer) => producer.start()));
    } catch (error) {
      await Promise.all(producers.map((producer) => producer.shutdown()));
      throw error;
    }
    return makeLoop(task, tally, (answered) => producers.map((producer) => new ProducerLane(producer, task, tally, answered)));
  });
}

class ProducerLane implements Lane {
  readonly #producer: DefaultMQProducer;
  readonly #task: SdkSenderTask;
  readonly #tally: Tally;
  readonly #slots: Slots;
  readonly #answered: Answered;
  readonly #body: Buffer;
  #sent = 0;

  constructor(producer: DefaultMQProducer, task: SdkSenderTask, tally: Tally, answered: Answered) {
    this.#producer = producer;
    this.#task = task;
    this.#tally = tally;
    this.#slots = new Slots(task.inFlight, tally);
    this.#answered = answered;
    this.#body = Buffer.alloc(task.bodyBytes, 0x61);
  }

  get free(): number {
    return this.#slots.free;
  }

  get underWay(): number {
    return this.#slots.underWay;
  }

  send(count: number, firstSince: number, intervalMs: number): void {
    for (let n = 0; n < count; n++) {
      const since = firstSince + n * intervalMs;
      void this.#sendOne(since, this.#slots.take(since));
    }
  }

  giveUp(now: number): number {
    return this.#slots.giveUp(now);
  }

  close(): Promise<void> {
    return this.#producer.shutdown({ drainTimeoutMs: 0 });
  }

  async #sendOne(since: number, slot: number): Promise<void> {
    try {
      const { sendStatus } = await this.#producer.send(this.#message(since));
      if (sendStatus === 'SEND_OK') this.#tally.succeeded(since, performance.now());
      else this.#tally.refused(since, sendStatus);
    } catch (error) {
      this.#tally.refused(since, error instanceof Error ? error.message : String(error));
      // What is refused before it leaves must not keep the loop from everything else.
      await new Promise((resolve) => setImmediate(resolve));
    }
    this.#slots.release(slot);
    this.#answered(this, performance.now());
  }

  #message(since: number): MessageInput {
    const { topics, stamped, waitStoreMsgOk } = this.#task;
    let body = this.#body;
    if (stamped) {
      body = Buffer.from(body);
      putStamp(body, 0, since);
    }
    return { topic: topics[this.#sent++ % topics.length] as string, tags: 'TagA', body, waitStoreMsgOK: waitStoreMsgOk };
  }
}
