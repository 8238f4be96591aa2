/**
 * The producers, consumers and admin clients of one client instance. A group name can be there once per kind: two
 * consumers of one group under one client id would be one member for the broker, and steal each other's queues.
 */
import type { ConsumeMessageDirectlyResult, ConsumerData, ConsumerRunningInfo, MessageExt, MessageQueue } from '@rocketmq-ts/remoting-protocol';
import { MQClientError } from './errors.ts';

export interface ProducerMember {
  readonly group: string;
  /** Topics sent to so far, whose routes are to be kept fresh. */
  topics(): Iterable<string>;
}

/** What brokers and the client instance may ask of a consumer. */
export interface ConsumerMember {
  readonly group: string;
  topics(): Iterable<string>;
  /** Its part of the heartbeat. */
  heartbeat(): ConsumerData;
  /** The group's members changed. */
  rebalanceSoon(): void;
  resetOffsets(topic: string, offsets: readonly (readonly [MessageQueue, number])[]): void;
  status(topic: string): [MessageQueue, number][];
  runningInfo(): ConsumerRunningInfo;
  consumeDirectly(message: MessageExt, brokerName: string): Promise<ConsumeMessageDirectlyResult>;
}

export class Members {
  readonly producers = new Map<string, ProducerMember>();
  readonly consumers = new Map<string, ConsumerMember>();
  readonly #clientId: string;

  constructor(clientId: string) {
    this.#clientId = clientId;
  }

  /** @throws MQClientError RMQ_GROUP_DUPLICATE */
  addProducer(member: ProducerMember): void {
    if (this.producers.has(member.group)) throw this.#duplicate('producer', member.group);
    this.producers.set(member.group, member);
  }

  /** @throws MQClientError RMQ_GROUP_DUPLICATE */
  addConsumer(member: ConsumerMember): void {
    if (this.consumers.has(member.group)) throw this.#duplicate('consumer', member.group);
    this.consumers.set(member.group, member);
  }

  *topics(): IterableIterator<string> {
    for (const member of this.consumers.values()) yield* member.topics();
    for (const member of this.producers.values()) yield* member.topics();
  }

  #duplicate(kind: 'producer' | 'consumer', group: string): MQClientError {
    return new MQClientError('RMQ_GROUP_DUPLICATE', `The ${kind} group[${group}] has been created before, specify another name please.`, {
      hint: `It runs in this process already under the client id ${this.#clientId}: use that object, or give this one its own instanceName.`,
    });
  }
}
