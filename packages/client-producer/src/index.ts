export type { MessageInput, SendStatus } from '@rocketmq-ts/client-core';
export { isMQError, MQAbortError, MQBrokerError, MQClientError } from '@rocketmq-ts/client-core';
export type { DefaultMQProducerOptions } from './options.ts';
export { DefaultMQProducer, type ProducerEvents, type ShutdownOptions } from './producer.ts';
export { heldBackMs, LatencyFaults } from './send/latency-faults.ts';
export { pickByShardingKey } from './send/pick-queue.ts';
export type { MessageQueueSelector, SendOptions } from './send/sender.ts';
export { formatSendResult, SendResult } from './send-result.ts';
