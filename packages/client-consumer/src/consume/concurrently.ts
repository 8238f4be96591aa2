/**
 * Runs the listener on pulled messages, at most `concurrency` calls at a time, in no order between calls.
 *
 *   submit ─► tasks of consumeMessageBatchMaxSize ─► listener ─► ok: leave the process queue, offset moves on
 *                                                          └──► failed: send back; if that fails, again here after 5 s
 *
 * A message leaves its process queue only when it was consumed, or the broker has it again: until then its offset is
 * not committed. In BROADCASTING nothing is sent back, as nobody else needs it again.
 *
 * Source: client/impl/consumer/ConsumeMessageConcurrentlyService.java (4.6.0)
 */
import { asError, ReceivedMessage, withoutNamespace } from '@rocketmq-ts/client-core';
import type { Env, Timer, TurnTask } from '@rocketmq-ts/kernel';
import { type MessageExt, PropertyName, retryTopicOf } from '@rocketmq-ts/remoting-protocol';
import type { Assignment } from '../assignment.ts';
import { type ConsumeConcurrentlyContext, ConsumeConcurrentlyStatus, type MessageListenerConcurrently } from './listener.ts';

export interface ConsumeSettings {
  /** With the namespace. */
  readonly consumerGroup: string;
  readonly namespace: string | undefined;
  readonly concurrency: number;
  readonly consumeMessageBatchMaxSize: number;
  /** Minutes after which a message counts as stuck. */
  readonly consumeTimeout: number;
  /** CLUSTERING: failed messages go back to the broker. BROADCASTING: they are dropped. */
  readonly sendsBack: boolean;
}

export interface ConsumePorts {
  readonly env: Env;
  readonly listener: MessageListenerConcurrently;
  readonly settings: ConsumeSettings;
  /** Rejects when the broker did not take the message. */
  sendBack(message: ReceivedMessage, delayLevel: number, brokerName: string): Promise<void>;
  /** The offset that may be committed now. */
  onProgress(assignment: Assignment, offset: number): void;
  onConsumed(topic: string, tookMs: number, okCount: number, failedCount: number): void;
  onError(error: Error): void;
}

/** Messages of one pull; those before `next` have gone to the listener. */
interface Waiting {
  readonly messages: readonly ReceivedMessage[];
  readonly assignment: Assignment;
  next: number;
}

/** One call of the listener. */
interface Call {
  readonly messages: readonly ReceivedMessage[];
  readonly assignment: Assignment;
  readonly context: ConsumeConcurrentlyContext;
  readonly startedMs: number;
  readonly startedWallMs: number;
}

const RETRY_LOCALLY_MS = 5000;
const EXPIRED_DELAY_LEVEL = 3;
const EXPIRED_PER_SWEEP = 16;
const MINUTE_MS = 60_000;
/** Listeners that return at once must not keep sockets and timers waiting. */
const CALLS_PER_TURN = 200;

export class ConcurrentConsumption implements TurnTask {
  readonly #ports: ConsumePorts;
  readonly #abort = new AbortController();
  readonly #later = new Set<Timer>();
  readonly #retryTopic: string;
  #waiting: Waiting[] = [];
  #head = 0;
  #runningCount = 0;
  #pumpTimer: Timer | undefined;
  #isPumping = false;
  #turn: 'none' | 'registered' | 'behind output' = 'none';
  #isClosed = false;
  #idle: (() => void)[] = [];

  constructor(ports: ConsumePorts) {
    this.#ports = ports;
    this.#retryTopic = retryTopicOf(ports.settings.consumerGroup);
  }

  /** Listener calls under way. */
  get runningCount(): number {
    return this.#runningCount;
  }

  /**
   * @param isBacklog more is waiting at the broker: listeners are called behind this turn's output, so that they work
   * while the next pull is answered. Else they are called at once, and the next pull, which may be held for long, says
   * how far they have come.
   */
  submit(messages: readonly ReceivedMessage[], assignment: Assignment, isBacklog: boolean): void {
    this.#waiting.push({ messages, assignment, next: 0 });
    if (!isBacklog) this.#pump();
    else if (this.#turn === 'none') this.#registerTurn('registered');
  }

  runTurn(): void {
    if (this.#turn === 'registered') return this.#registerTurn('behind output');
    this.#turn = 'none';
    this.#pump();
  }

  /** Begins nothing more. What waits stays uncommitted and comes again, here or elsewhere. */
  close(): void {
    this.#isClosed = true;
    this.#waiting = [];
    this.#head = 0;
    this.#pumpTimer?.cancel();
    for (const timer of this.#later) timer.cancel();
    this.#later.clear();
  }

  /** Resolves when no call is under way. */
  whenIdle(): Promise<void> {
    if (this.#runningCount === 0) return Promise.resolve();
    return new Promise((resolve) => this.#idle.push(resolve));
  }

  /** Tells listeners that their time is over. */
  abort(): void {
    this.#abort.abort();
  }

  /** Sends messages back that have been consumed for too long, a few per queue, oldest first. */
  async sweepExpired(assignments: Iterable<Assignment>): Promise<void> {
    const limitMs = this.#ports.settings.consumeTimeout * MINUTE_MS;
    for (const assignment of assignments) await this.#sweepQueue(assignment, limitMs);
  }

  /** Runs the listener on one message, outside of any queue, and says what became of it. */
  async consumeDirectly(message: MessageExt, brokerName: string): Promise<{ status: ConsumeConcurrentlyStatus; error: Error | undefined }> {
    const received = new ReceivedMessage(message);
    this.#restoreTopic(received);
    try {
      return { status: statusOf(await this.#ports.listener([received], this.#contextFor({ topic: received.topic, brokerName, queueId: received.queueId }))), error: undefined };
    } catch (error) {
      return { status: ConsumeConcurrentlyStatus.RECONSUME_LATER, error: asError(error) };
    }
  }

  /** What registers itself during the output comes behind all that was registered before it. */
  #registerTurn(turn: 'registered' | 'behind output'): void {
    this.#turn = turn;
    this.#ports.env.turn.output(this);
  }

  #pump(): void {
    if (this.#isPumping) return;
    this.#isPumping = true;
    let callCount = 0;
    while (!this.#isClosed && this.#head < this.#waiting.length && this.#runningCount < this.#ports.settings.concurrency) {
      if (callCount === CALLS_PER_TURN) {
        this.#pumpTimer ??= this.#ports.env.timers.after(0, () => {
          this.#pumpTimer = undefined;
          this.#pump();
        });
        break;
      }
      callCount += 1;
      this.#runNext();
    }
    this.#isPumping = false;
  }

  #runNext(): void {
    const waiting = this.#waiting[this.#head]!;
    const { messages, assignment, next } = waiting;
    const end = next + this.#ports.settings.consumeMessageBatchMaxSize;
    waiting.next = end;
    if (end >= messages.length) this.#head += 1;
    if (this.#head === this.#waiting.length || this.#head > 4096) {
      this.#waiting = this.#waiting.slice(this.#head);
      this.#head = 0;
    }
    if (!assignment.processQueue.isDropped) this.#run(messages.slice(next, end), assignment);
  }

  #run(messages: readonly ReceivedMessage[], assignment: Assignment): void {
    const { env, listener } = this.#ports;
    const context = this.#contextFor(assignment.mq);
    const call: Call = { messages, assignment, context, startedMs: env.clock.monotonicMs(), startedWallMs: env.clock.wallMs() };
    for (const message of messages) {
      this.#restoreTopic(message);
      message.startConsuming(call.startedWallMs);
    }
    this.#runningCount += 1;
    let outcome: unknown;
    try {
      outcome = listener(messages, context);
    } catch (error) {
      this.#failed(call, error);
      return;
    }
    if (!isThenable(outcome)) {
      this.#ended(call, statusOf(outcome));
      return;
    }
    outcome.then(
      (value) => this.#ended(call, statusOf(value)),
      (error: unknown) => this.#failed(call, error),
    );
  }

  #failed(call: Call, thrown: unknown): void {
    const { mq } = call.assignment;
    const error = asError(thrown);
    this.#ports.env.log.warn('A listener failed; its messages come again.', { ...mq, queueOffset: call.messages[0]!.queueOffset, error });
    this.#ended(call, ConsumeConcurrentlyStatus.RECONSUME_LATER);
  }

  #ended(call: Call, status: ConsumeConcurrentlyStatus): void {
    const { messages, assignment, context } = call;
    const tookMs = this.#ports.env.clock.monotonicMs() - call.startedMs;
    const isSuccess = status === ConsumeConcurrentlyStatus.CONSUME_SUCCESS;
    const okCount = isSuccess ? Math.max(0, Math.min(context.ackIndex + 1, messages.length)) : 0;
    assignment.processQueue.lastConsumeWallMs = call.startedWallMs + Math.round(tookMs);
    this.#ports.onConsumed(assignment.mq.topic, tookMs, okCount, messages.length - okCount);
    if (assignment.processQueue.isDropped || okCount === messages.length) {
      this.#settle(assignment, messages);
      this.#free();
      return;
    }
    // The slot stays taken while messages are sent back: a failing listener slows down.
    void this.#sendBackAll(call, okCount).finally(() => this.#free());
  }

  async #sendBackAll({ messages, assignment, context }: Call, okCount: number): Promise<void> {
    const delayLevel = context.delayLevelWhenNextConsume;
    const kept = new Set<ReceivedMessage>();
    for (const message of messages.slice(okCount)) {
      if (!this.#ports.settings.sendsBack) {
        this.#ports.env.log.warn('BROADCASTING, the message consume failed, drop it.', { topic: message.topic, msgId: message.msgId });
      } else if (assignment.processQueue.has(message.queueOffset) && !(await this.#sendBack(message, delayLevel, assignment.mq.brokerName))) {
        message.reconsumeTimes += 1;
        kept.add(message);
      }
    }
    if (kept.size > 0) this.#submitLater([...kept], assignment);
    this.#settle(assignment, messages.filter((message) => !kept.has(message)));
  }

  async #sendBack(message: ReceivedMessage, delayLevel: number, brokerName: string): Promise<boolean> {
    try {
      await this.#ports.sendBack(message, delayLevel, brokerName);
      return true;
    } catch (error) {
      this.#ports.onError(asError(error));
      return false;
    }
  }

  #submitLater(messages: readonly ReceivedMessage[], assignment: Assignment): void {
    if (this.#isClosed) return;
    const timer = this.#ports.env.timers.after(RETRY_LOCALLY_MS, () => {
      this.#later.delete(timer);
      this.submit(messages, assignment, false);
    });
    this.#later.add(timer);
  }

  /** These are done with: the offset may move. Of a dropped queue nothing counts any more. */
  #settle(assignment: Assignment, messages: readonly ReceivedMessage[]): void {
    const { processQueue } = assignment;
    if (processQueue.isDropped) return;
    const offset = processQueue.remove(messages);
    if (offset !== undefined) this.#ports.onProgress(assignment, offset);
  }

  #free(): void {
    this.#runningCount -= 1;
    if (this.#runningCount === 0) for (const resolve of this.#idle.splice(0)) resolve();
    this.#pump();
  }

  async #sweepQueue(assignment: Assignment, limitMs: number): Promise<void> {
    const { processQueue } = assignment;
    for (let i = 0; i < EXPIRED_PER_SWEEP && !processQueue.isDropped; i += 1) {
      const message = processQueue.first;
      const startedMs = Number(message?.properties.get(PropertyName.CONSUME_START_TIMESTAMP));
      if (message === undefined || Number.isNaN(startedMs) || this.#ports.env.clock.wallMs() - startedMs <= limitMs) return;
      if (!(await this.#sendBack(message, EXPIRED_DELAY_LEVEL, assignment.mq.brokerName))) return;
      this.#settle(assignment, [message]);
    }
  }

  #contextFor(mq: { topic: string; brokerName: string; queueId: number }): ConsumeConcurrentlyContext {
    return {
      messageQueue: { topic: mq.topic, brokerName: mq.brokerName, queueId: mq.queueId },
      delayLevelWhenNextConsume: 0,
      ackIndex: Number.MAX_SAFE_INTEGER,
      signal: this.#abort.signal,
    };
  }

  /** Listeners see the topic a message was first sent to, without the namespace. */
  #restoreTopic(message: ReceivedMessage): void {
    const { namespace } = this.#ports.settings;
    if (message.topic === this.#retryTopic) message.topic = message.properties.get(PropertyName.RETRY_TOPIC) ?? message.topic;
    if (namespace !== undefined) message.topic = withoutNamespace(namespace, message.topic);
  }
}

function statusOf(value: unknown): ConsumeConcurrentlyStatus {
  return value === ConsumeConcurrentlyStatus.RECONSUME_LATER ? value : ConsumeConcurrentlyStatus.CONSUME_SUCCESS;
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function';
}
