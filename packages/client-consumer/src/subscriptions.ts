/**
 * What a consumer wants to read, by topic as brokers know it. Each has a version, its time: brokers take the newest,
 * and a pull with a newer one than they know is refused until the next heartbeat.
 */
import { retryTopicOf, type SubscriptionData } from '@rocketmq-ts/remoting-protocol';
import { wrapNamespace } from '@rocketmq-ts/client-core';
import { subscriptionOf } from './options.ts';

export class Subscriptions {
  readonly #namespace: string | undefined;
  readonly #byTopic = new Map<string, SubscriptionData>();

  constructor(namespace: string | undefined) {
    this.#namespace = namespace;
  }

  /** @throws MQClientError */
  set(topic: string, expression: unknown, nowWallMs: number): string {
    const data = subscriptionOf(topic, expression, nowWallMs);
    const wrapped = wrapNamespace(this.#namespace, topic);
    this.#byTopic.set(wrapped, { ...data, topic: wrapped });
    return wrapped;
  }

  /** Messages that failed once come back through a topic of the group's own. */
  addRetryTopic(consumerGroup: string, nowWallMs: number): void {
    const topic = retryTopicOf(consumerGroup);
    this.#byTopic.set(topic, subscriptionOf(topic, '*', nowWallMs));
  }

  delete(topic: string): boolean {
    return this.#byTopic.delete(wrapNamespace(this.#namespace, topic));
  }

  get(wrappedTopic: string): SubscriptionData | undefined {
    return this.#byTopic.get(wrappedTopic);
  }

  topics(): Iterable<string> {
    return this.#byTopic.keys();
  }

  all(): SubscriptionData[] {
    return [...this.#byTopic.values()];
  }

  /** Versions only grow, also when the clock is set back. */
  bump(wrappedTopic: string, nowWallMs: number): void {
    const data = this.#byTopic.get(wrappedTopic);
    if (data !== undefined) data.subVersion = Math.max(nowWallMs, data.subVersion + 1);
  }
}
