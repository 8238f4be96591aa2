/**
 * One message on its way: choose a queue, ask its broker, and after a failure choose again, until the time or the
 * attempts are used up. Every send ends exactly once, with a result or an error.
 *
 * Source: client/impl/producer/DefaultMQProducerImpl.java sendDefaultImpl, sendSelectImpl (4.6.0)
 */
import {
  type DefaultTopic,
  describeValue,
  findPublishInfo,
  knownPublishInfo,
  type MQClient,
  MQClientError,
  type PublishInfo,
  type SendAnswer,
  sendCommand,
  sendHeader,
  type SendHeader,
  sendMessage,
  throwIfAborted,
  withoutNamespace,
} from '@rocketmq-ts/client-core';
import type { Message, MessageQueue } from '@rocketmq-ts/remoting-protocol';
import type { ProducerSettings } from '../options.ts';
import { SendResult } from '../send-result.ts';
import { LatencyFaults } from './latency-faults.ts';
import type { Outgoing } from './outgoing.ts';
import { pickAvailableQueue, pickByShardingKey, pickQueue, RoundRobin } from './pick-queue.ts';
import { finalHint, finalResponseCode, mayTryAgain } from './retry-policy.ts';

/** Chooses one of `queues`; called once per send. */
export type MessageQueueSelector = (queues: readonly MessageQueue[], message: Message) => MessageQueue;

export interface SendOptions {
  /** ms for this send with all its attempts. */
  timeout?: number | undefined;
  /** Where to: a queue, or a function that chooses one. The message then goes there or nowhere; it is not tried elsewhere. */
  queue?: MessageQueue | MessageQueueSelector | undefined;
  /** Messages of one key go to one queue, the same as with Java's SelectMessageQueueByHash. */
  shardingKey?: string | undefined;
  /** Gives up waiting; the message may have been stored all the same. */
  signal?: AbortSignal | undefined;
}

export interface SenderContext {
  readonly client: MQClient;
  readonly settings: ProducerSettings;
  readonly namespace: string | undefined;
  readonly unitMode: boolean;
  /** Throws when the producer is closed: no further attempt is made. */
  readonly assertOpen: () => void;
}

interface Attempts {
  readonly out: Outgoing;
  /** The route when the send began; attempts look at the newest one. */
  readonly info: PublishInfo;
  readonly fixed: MessageQueue | undefined;
  readonly startedMs: number;
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

export class Sender {
  readonly #context: SenderContext;
  readonly #defaults: DefaultTopic;
  readonly #counters = new Map<string, RoundRobin>();
  readonly #faults: LatencyFaults | undefined;

  constructor(context: SenderContext) {
    this.#context = context;
    const { createTopicKey, defaultTopicQueueNums, sendLatencyFaultEnable } = context.settings;
    this.#defaults = { createTopicKey, defaultTopicQueueNums };
    this.#faults = sendLatencyFaultEnable ? new LatencyFaults(context.client.env.random.below(2 ** 31)) : undefined;
  }

  /** Topics sent to so far. */
  topics(): Iterable<string> {
    return this.#counters.keys();
  }

  async send(out: Outgoing, options: SendOptions): Promise<SendResult> {
    const startedMs = this.#nowMs();
    const found = this.#publishInfo(out.topic);
    const info = found instanceof Promise ? await found : found;
    throwIfAborted(options.signal, 'The send');
    const timeoutMs = options.timeout ?? this.#context.settings.sendMsgTimeout;
    const fixed = chooseFixed(info, out, options, this.#context.namespace);
    return this.#attempt({ out, info, fixed, startedMs, timeoutMs, signal: options.signal });
  }

  /** Resolves when the message was handed to a connection; whether it arrived is not known. */
  async sendOneway(out: Outgoing, options: SendOptions): Promise<void> {
    const info = await this.#publishInfo(out.topic);
    throwIfAborted(options.signal, 'The send');
    const mq = chooseFixed(info, out, options, this.#context.namespace) ?? this.#pick(out.topic, info, undefined);
    await this.#context.client.remoting.oneway(await this.#addressOf(mq), sendCommand(this.#header(out, mq), out.body));
  }

  async #attempt(attempts: Attempts): Promise<SendResult> {
    const { out, fixed, startedMs, timeoutMs } = attempts;
    const { client, settings, assertOpen } = this.#context;
    const attemptsMax = fixed === undefined ? 1 + settings.retryTimesWhenSendFailed : 1;
    const brokersSent: string[] = [];
    let stored: SendResult | undefined;
    let failure: unknown;
    let last: string | undefined;
    while (brokersSent.length < attemptsMax) {
      const leftMs = timeoutMs - (this.#nowMs() - startedMs);
      if (leftMs <= 0) break;
      const mq = fixed ?? this.#pick(out.topic, knownPublishInfo(client, out.topic) ?? attempts.info, last);
      last = mq.brokerName;
      brokersSent.push(mq.brokerName);
      try {
        const result = await this.#once(mq, leftMs, attempts);
        if (result.sendStatus === 'SEND_OK' || !settings.retryAnotherBrokerWhenNotStoreOK) return result;
        stored = result;
      } catch (error) {
        failure = error;
        if (!mayTryAgain(error)) break;
        assertOpen();
        const asked = client.routes.refreshSoon(out.topic);
        // Without another broker only a new route can help; with one, a silent name server must not cost the time.
        if (attempts.info.queues.every((queue) => queue.brokerName === mq.brokerName)) await asked;
        throwIfAborted(attempts.signal, 'The send');
      }
    }
    // Stored but not flushed or copied is more than nothing, whatever came after it.
    if (stored !== undefined) return stored;
    if (failure !== undefined && !mayTryAgain(failure)) throw failure;
    throw this.#finalError(attempts, brokersSent, failure);
  }

  async #once(mq: MessageQueue, leftMs: number, { out, signal }: Attempts): Promise<SendResult> {
    const begunMs = this.#nowMs();
    try {
      const address = this.#context.client.routes.brokers.master(mq.brokerName) ?? (await this.#addressOf(mq));
      const answer = await sendMessage(this.#context.client.remoting, address, this.#header(out, mq), out.body, { timeoutMs: leftMs, signal });
      this.#faults?.update(mq.brokerName, this.#nowMs() - begunMs, false, this.#nowMs());
      return this.#result(out, mq, answer);
    } catch (error) {
      if (signal?.aborted !== true) this.#faults?.update(mq.brokerName, this.#nowMs() - begunMs, true, this.#nowMs());
      throw error;
    }
  }

  #publishInfo(topic: string): PublishInfo | Promise<PublishInfo> {
    this.#counterOf(topic);
    return knownPublishInfo(this.#context.client, topic) ?? findPublishInfo(this.#context.client, topic, this.#defaults);
  }

  #pick(topic: string, info: PublishInfo, last: string | undefined): MessageQueue {
    const counter = this.#counterOf(topic);
    return this.#faults === undefined
      ? pickQueue(info.queues, counter, last)
      : pickAvailableQueue(info, counter, last, this.#faults, this.#nowMs());
  }

  #counterOf(topic: string): RoundRobin {
    let counter = this.#counters.get(topic);
    if (counter === undefined) this.#counters.set(topic, (counter = new RoundRobin(this.#context.client.env.random.below(2 ** 31))));
    return counter;
  }

  /** @throws MQClientError RMQ_NO_BROKER */
  async #addressOf(mq: MessageQueue): Promise<string> {
    const address = await this.#context.client.masterOf(mq.brokerName, mq.topic);
    if (address === undefined) throw new MQClientError('RMQ_NO_BROKER', `The broker[${mq.brokerName}] not exist`, { retryable: true });
    return address;
  }

  #header(out: Outgoing, mq: MessageQueue): SendHeader {
    return sendHeader({
      producerGroup: this.#context.settings.producerGroup,
      defaults: this.#defaults,
      mq,
      sysFlag: out.sysFlag,
      bornTimestamp: this.#context.client.env.clock.wallMs(),
      flag: out.flag,
      properties: out.properties,
      unitMode: this.#context.unitMode,
      batch: out.isBatch,
    });
  }

  #result(out: Outgoing, mq: MessageQueue, answer: SendAnswer): SendResult {
    const topic = withoutNamespace(this.#context.namespace, mq.topic);
    return new SendResult({
      sendStatus: answer.sendStatus,
      msgId: out.msgId,
      offsetMsgId: answer.offsetMsgId,
      messageQueue: { topic, brokerName: mq.brokerName, queueId: answer.queueId },
      queueOffset: answer.queueOffset,
      transactionId: answer.transactionId,
      regionId: answer.regionId,
      traceOn: answer.traceOn,
    });
  }

  #finalError({ out, startedMs }: Attempts, brokersSent: readonly string[], failure: unknown): MQClientError {
    const costMs = Math.round(this.#nowMs() - startedMs);
    const text = `Send [${brokersSent.length}] times, still failed, cost [${costMs}]ms, Topic: ${out.topic}, BrokersSent: [${brokersSent.join(', ')}]`;
    const why = failure instanceof Error ? `: ${failure.message}` : '';
    const hint = finalHint(failure, out.topic);
    const responseCode = finalResponseCode(failure);
    return new MQClientError('RMQ_SEND_FAILED', text + why, {
      cause: failure,
      retryable: true,
      ...(hint === undefined ? {} : { hint }),
      ...(responseCode === undefined ? {} : { responseCode }),
    });
  }

  #nowMs(): number {
    return this.#context.client.env.clock.monotonicMs();
  }
}

/** The queue the application asks for, or undefined when it leaves the choice to us. @throws MQClientError RMQ_OPTION */
function chooseFixed(info: PublishInfo, out: Outgoing, options: SendOptions, namespace: string | undefined): MessageQueue | undefined {
  const { queue, shardingKey } = options;
  if (queue === undefined) return shardingKey === undefined ? undefined : pickByShardingKey(info.queues, shardingKey);
  if (typeof queue !== 'function') return withOwnTopic(queue, out);
  // Selectors see topics as the application names them.
  const shown = info.queues.map((mq) => ({ ...mq, topic: withoutNamespace(namespace, mq.topic) }));
  return withOwnTopic(queue(shown, out.message), out);
}

function withOwnTopic(mq: MessageQueue, out: Outgoing): MessageQueue {
  if (typeof mq !== 'object' || mq === null || typeof mq.brokerName !== 'string' || !Number.isInteger(mq.queueId)) {
    throw new MQClientError('RMQ_OPTION', `queue: a MessageQueue { topic, brokerName, queueId } is needed, not ${describeValue(mq)}`);
  }
  if (mq.topic !== out.message.topic && mq.topic !== out.topic) {
    throw new MQClientError('RMQ_OPTION', `message's topic not equal mq's topic: ${out.message.topic}, ${mq.topic}`);
  }
  return { topic: out.topic, brokerName: mq.brokerName, queueId: mq.queueId };
}
