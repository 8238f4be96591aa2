import type { Env, Timer, TurnTask } from '@rocketmq-ts/kernel';
import type { Connection } from '@rocketmq-ts/remoting';
import type { ArrivalListener, QueueReader } from '@rocketmq-ts/store';

import type { PollingSettings } from '../settings.ts';
import { type HeldPull, HeldPulls, type HeldPullsLimits } from './held-pulls.ts';

/** Java's PullRequestHoldService: deadlines are kept to this grain, by one timer for all. */
const SWEEP_PERIOD_MS = 5_000;

/**
 * Holds pulls that found nothing until a message arrives or their time is over.
 *
 * Arrivals are reported while the store derives a turn's records; the pulls they wake run once at the end of that
 * work, so one answer carries all that arrived in the turn.
 */
export class LongPolling implements ArrivalListener, TurnTask {
  readonly #env: Pick<Env, 'clock' | 'timers' | 'turn' | 'log'>;
  readonly #settings: PollingSettings;
  readonly #held: HeldPulls;
  #woken: HeldPull[] = [];
  #isRegistered = false;
  #sweep: Timer | undefined;

  constructor(env: Pick<Env, 'clock' | 'timers' | 'turn' | 'log'>, settings: PollingSettings, limits: HeldPullsLimits) {
    this.#env = env;
    this.#settings = settings;
    this.#held = new HeldPulls(limits);
  }

  get heldCount(): number {
    return this.#held.count;
  }

  start(queues: Pick<QueueReader, 'maxQueueOffset'>): void {
    const periodMs = this.#settings.longPollingEnable ? SWEEP_PERIOD_MS : this.#settings.shortPollingTimeMills;
    this.#sweep = this.#env.timers.every(periodMs, () => {
      for (const pull of this.#held.takeDue(this.#env.clock.monotonicMs(), (topic, queueId) => queues.maxQueueOffset(topic, queueId))) {
        this.#resume(pull);
      }
    });
  }

  hold(pull: HeldPull): void {
    for (const evicted of this.#held.add(pull)) this.#wake(evicted);
  }

  messageArrived(topic: string, queueId: number, nextQueueOffset: number, tagsCode: number): void {
    if (this.#held.count === 0) return;
    this.#held.takeArrived(topic, queueId, nextQueueOffset, tagsCode, this.#woken);
    if (this.#woken.length > 0) this.#register();
  }

  connectionClosed(connection: Connection): void {
    this.#held.dropConnection(connection);
  }

  runTurn(): void {
    this.#isRegistered = false;
    const woken = this.#woken;
    this.#woken = [];
    for (const pull of woken) this.#resume(pull);
  }

  /** Answers everybody who still waits, so that no client has to time out. */
  stop(): void {
    this.#sweep?.cancel();
    for (const pull of this.#held.takeAll()) this.#resume(pull);
  }

  #wake(pull: HeldPull): void {
    this.#woken.push(pull);
    this.#register();
  }

  #register(): void {
    if (this.#isRegistered) return;
    this.#isRegistered = true;
    this.#env.turn.work(this);
  }

  /** One pull that cannot be answered must not keep the others from their answers. */
  #resume(pull: HeldPull): void {
    if (!pull.connection.isOpen) return;
    try {
      pull.resume();
    } catch (error) {
      this.#env.log.error('A held pull could not be answered.', { topic: pull.topic, queueId: pull.queueId, error: error as Error });
    }
  }
}
