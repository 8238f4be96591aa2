/**
 * Pulls one assigned queue, one request after the other, from the start of the assignment until it is dropped.
 *
 *   paused → 1 s · enough cached → 50 ms · error → 1 s · else pull (the broker holds it for up to 15 s)
 *   FOUND            second filter by tag, cache, hand to consumption
 *   nothing          go on; with an empty cache the new offset may be committed
 *   OFFSET_ILLEGAL   drop; after 10 s store the offset the broker names, and leave the rest to the rebalance
 *
 * Which broker: the one the last answer named (the master at first), or another of its name while that one can't be
 * reached. A slave is no judge of offsets: it may not have what its master has. What it has not, is waited for.
 *
 * Source: client/impl/consumer/DefaultMQPushConsumerImpl.java pullMessage, PullAPIWrapper.java (4.6.0)
 */
import { asError, type BrokerAddress, MASTER_ID, MQBrokerError, type MQClient, type PullAnswer, pullMessage, ReceivedMessage } from '@rocketmq-ts/client-core';
import type { Timer } from '@rocketmq-ts/kernel';
import {
  isRetryTopic,
  PullSysFlag,
  type RecordError,
  ResponseCode,
  type SubscriptionData,
  viewRecords,
} from '@rocketmq-ts/remoting-protocol';
import type { Assignment } from '../assignment.ts';
import type { OffsetStore } from '../offset-store/offset-store.ts';
import { type FlowLimits, flowObstacle } from './flow-control.ts';
import { matchesTags } from './tag-filter.ts';

export interface PullSettings {
  readonly consumerGroup: string;
  readonly pullBatchSize: number;
  /** ms between pulls that found something. */
  readonly pullInterval: number;
  readonly pullTimeDelayWhenException: number;
  readonly postSubscriptionWhenPull: boolean;
  /** Offsets go with the pulls to the broker (CLUSTERING). */
  readonly commitsWithPull: boolean;
}

/** What a puller needs of its consumer. */
export interface PullContext {
  readonly client: MQClient;
  readonly settings: PullSettings;
  readonly offsets: OffsetStore;
  flowLimits(): FlowLimits;
  subscription(topic: string): SubscriptionData | undefined;
  isPaused(assignment: Assignment): boolean;
  /** Messages that are in the process queue already; `isBacklog`: the broker has more. */
  submit(messages: readonly ReceivedMessage[], assignment: Assignment, isBacklog: boolean): void;
  /** The queue was dropped because its offset is wrong, and the right one is stored: divide again. */
  release(assignment: Assignment): void;
  onPulled(topic: string, tookMs: number, count: number): void;
  onError(error: Error): void;
}

const BROKER_SUSPEND_MS = 15_000;
const TIMEOUT_MS = 30_000;
const PAUSED_MS = 1000;
const FLOW_CONTROL_MS = 50;
const OFFSET_ILLEGAL_MS = 10_000;
/** A damaged record is asked for again this often before it is passed over. */
const DAMAGED_RETRIES = 3;
const LOG_EVERY_NTH = 60;

export class Puller {
  readonly assignment: Assignment;
  readonly #context: PullContext;
  #nextOffset: number;
  /** As the last answer suggests. */
  #brokerId = MASTER_ID;
  /** Ends the pull under way; a new one when it has been used. */
  #abort = new AbortController();
  #inFlight: BrokerAddress | undefined;
  #hasToldOfSlave = false;
  #failureCount = 0;
  #damagedCount = 0;
  #timer: Timer | undefined;
  #wake: (() => void) | undefined;
  #isStopped = false;

  constructor(assignment: Assignment, startOffset: number, context: PullContext) {
    this.assignment = assignment;
    this.#nextOffset = startOffset;
    this.#context = context;
  }

  start(): void {
    void this.#run();
  }

  /** Ends the pull under way and every wait. */
  stop(): void {
    this.#isStopped = true;
    this.#abort.abort();
    this.#wakeUp();
  }

  /** Brokers came or went: a pull that would be asked of another one now is. */
  brokersChanged(): void {
    const { mq } = this.assignment;
    const wanted = this.#context.client.routes.brokers.preferring(mq.brokerName, this.#brokerId);
    if (wanted !== undefined && this.#inFlight !== undefined && wanted.address !== this.#inFlight.address) this.#abort.abort();
  }

  async #run(): Promise<void> {
    const { processQueue } = this.assignment;
    while (!this.#isStopped && !processQueue.isDropped) {
      processQueue.touchPulled(this.#context.client.env.clock);
      const waitMs = await this.#step();
      if (waitMs > 0) await this.#sleep(waitMs);
    }
  }

  /** One pull, or the reason why there is none; ms to wait before the next one. */
  async #step(): Promise<number> {
    const { assignment, assignment: { mq, processQueue } } = this;
    const context = this.#context;
    if (context.isPaused(assignment)) return PAUSED_MS;
    if (flowObstacle(processQueue, context.flowLimits()) !== undefined) return FLOW_CONTROL_MS;
    const subscription = context.subscription(mq.topic);
    if (subscription === undefined) return context.settings.pullTimeDelayWhenException;
    const startedMs = context.client.env.clock.monotonicMs();
    if (this.#abort.signal.aborted) this.#abort = new AbortController();
    const { signal } = this.#abort;
    let broker: BrokerAddress | undefined;
    try {
      broker = await this.#choose();
      if (this.#isStopped || processQueue.isDropped) return 0;
      const answer = await this.#pull(broker, signal, subscription);
      if (this.#isStopped || processQueue.isDropped) return 0;
      this.#failureCount = 0;
      this.#brokerId = answer.suggestWhichBrokerId;
      if (broker.isSlave && !hasAnythingNew(answer, this.#nextOffset)) return this.#waitForMaster(broker, answer);
      return this.#take(answer, subscription, context.client.env.clock.monotonicMs() - startedMs);
    } catch (error) {
      return this.#isStopped || signal.aborted ? 0 : this.#afterFailure(asError(error), broker);
    }
  }

  async #choose(): Promise<BrokerAddress> {
    const { mq } = this.assignment;
    const broker = await this.#context.client.brokerOf(mq.brokerName, this.#brokerId, mq.topic);
    if (broker === undefined) throw new Error(`The broker[${mq.brokerName}] not exist`);
    return broker;
  }

  async #pull(broker: BrokerAddress, signal: AbortSignal, subscription: SubscriptionData): Promise<PullAnswer> {
    const { client, settings, offsets } = this.#context;
    const { mq } = this.assignment;
    const commitOffset = settings.commitsWithPull ? (offsets.committable(mq) ?? 0) : 0;
    const commits = commitOffset > 0 && !broker.isSlave;
    const sysFlag =
      PullSysFlag.SUSPEND | (commits ? PullSysFlag.COMMIT_OFFSET : 0) | (settings.postSubscriptionWhenPull ? PullSysFlag.SUBSCRIPTION : 0);
    const header = {
      consumerGroup: settings.consumerGroup,
      topic: mq.topic,
      queueId: mq.queueId,
      queueOffset: this.#nextOffset,
      maxMsgNums: settings.pullBatchSize,
      sysFlag,
      commitOffset,
      suspendTimeoutMillis: BROKER_SUSPEND_MS,
      subscription: settings.postSubscriptionWhenPull ? subscription.subString : undefined,
      subVersion: subscription.subVersion,
      expressionType: subscription.expressionType,
    };
    this.#inFlight = broker;
    try {
      return await pullMessage(client.remoting, broker.address, header, { timeoutMs: TIMEOUT_MS, signal });
    } finally {
      this.#inFlight = undefined;
    }
  }

  /**
   * The slave has not got what we want next: its master had more, or still has what is gone there. The next pull goes to
   * the master when it is there; while it is not, the offset stays.
   */
  #waitForMaster(slave: BrokerAddress, answer: PullAnswer): number {
    const { client, settings } = this.#context;
    const { mq } = this.assignment;
    this.#brokerId = MASTER_ID;
    if (client.routes.brokers.preferring(mq.brokerName, MASTER_ID)?.address !== slave.address) return 0;
    if (!this.#hasToldOfSlave) {
      this.#hasToldOfSlave = true;
      const marks = { offset: this.#nextOffset, slaveMinOffset: answer.minOffset, slaveMaxOffset: answer.maxOffset };
      client.env.log.warn('A slave does not have the next message of this queue; it is waited for until its master is back.', { ...mq, slave: slave.address, ...marks });
    }
    return settings.pullTimeDelayWhenException;
  }

  #take(answer: PullAnswer, subscription: SubscriptionData, tookMs: number): number {
    if (answer.status === 'OFFSET_ILLEGAL') {
      void this.#correctOffset(answer.nextBeginOffset);
      return 0;
    }
    if (answer.status !== 'FOUND') {
      this.#nextOffset = answer.nextBeginOffset;
      this.#commitWhenEmpty();
      return 0;
    }
    const messages = this.#messagesOf(answer, subscription);
    if (messages === undefined) return this.#context.settings.pullTimeDelayWhenException;
    this.#nextOffset = answer.nextBeginOffset;
    this.#context.onPulled(this.assignment.mq.topic, tookMs, messages.length);
    if (messages.length === 0) {
      this.#commitWhenEmpty();
      return 0;
    }
    this.assignment.processQueue.put(messages, answer.nextBeginOffset);
    this.#context.submit(messages, this.assignment, answer.nextBeginOffset < answer.maxOffset);
    return this.#context.settings.pullInterval;
  }

  /** Undefined: a record came damaged and is asked for again. */
  #messagesOf(answer: PullAnswer, subscription: SubscriptionData): ReceivedMessage[] | undefined {
    const { mq } = this.assignment;
    const damaged: RecordError[] = [];
    const views = answer.records === undefined ? [] : viewRecords(answer.records, (error) => damaged.push(error));
    if (damaged.length > 0) {
      this.#damagedCount += 1;
      if (this.#damagedCount <= DAMAGED_RETRIES) return undefined;
      for (const error of damaged) this.#context.onError(new Error(`A damaged message of ${mq.topic} queue ${mq.queueId} is passed over: ${error.message}`, { cause: error }));
    }
    this.#damagedCount = 0;
    const pulledFrom = { brokerName: mq.brokerName, minOffset: answer.minOffset, maxOffset: answer.maxOffset };
    const messages: ReceivedMessage[] = [];
    for (const view of views) if (matchesTags(view, subscription)) messages.push(new ReceivedMessage(view, pulledFrom));
    return messages;
  }

  /** Everything before the next offset is consumed or was filtered out. */
  #commitWhenEmpty(): void {
    if (this.assignment.processQueue.count === 0) this.#context.offsets.table.advance(this.assignment.mq, this.#nextOffset);
  }

  /** What is being consumed from the wrong place gets 10 s to end; its results count no more. */
  async #correctOffset(offset: number): Promise<void> {
    const { assignment } = this;
    const { client, offsets } = this.#context;
    assignment.processQueue.isDropped = true;
    client.env.log.warn('The broker has no messages at the offset of this queue; it continues elsewhere.', { ...assignment.mq, offset: this.#nextOffset, newOffset: offset });
    await this.#sleep(OFFSET_ILLEGAL_MS);
    if (this.#isStopped) return;
    offsets.reset(assignment.mq, offset);
    await offsets.persist([assignment.mq], false);
    this.#context.release(assignment);
  }

  async #afterFailure(error: Error, broker: BrokerAddress | undefined): Promise<number> {
    const { client, settings } = this.#context;
    const { mq } = this.assignment;
    this.#failureCount += 1;
    if (this.#failureCount % LOG_EVERY_NTH === 1 && !isRetryTopic(mq.topic)) {
      client.env.log.warn('A pull failed; it is repeated until it succeeds.', { ...mq, failures: this.#failureCount, error });
    }
    // The broker does not know this consumer, or not its newest subscription: a heartbeat tells it.
    const isUnknown =
      error instanceof MQBrokerError &&
      (error.responseCode === ResponseCode.SUBSCRIPTION_NOT_EXIST || error.responseCode === ResponseCode.SUBSCRIPTION_NOT_LATEST);
    if (isUnknown) {
      await client.heartbeats.beat();
      if (this.#failureCount === 1) return 0;
    } else {
      if (broker !== undefined && !(error instanceof MQBrokerError)) client.suspect(broker.address);
      void client.routes.refreshSoon(mq.topic);
    }
    return settings.pullTimeDelayWhenException;
  }

  #sleep(delayMs: number): Promise<void> {
    if (this.#isStopped) return Promise.resolve();
    return new Promise((resolve) => {
      this.#wake = resolve;
      this.#timer = this.#context.client.env.timers.after(delayMs, () => this.#wakeUp());
    });
  }

  #wakeUp(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  }
}

/** An answer that neither brings anything, nor leads on, nor was held until nothing came. */
function hasAnythingNew({ status, nextBeginOffset }: PullAnswer, askedOffset: number): boolean {
  return status === 'FOUND' || status === 'NO_NEW_MSG' || (status === 'NO_MATCHED_MSG' && nextBeginOffset > askedOffset);
}
