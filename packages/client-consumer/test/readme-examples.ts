// The examples of README.md, compiled here and run by readme.test.ts.
import { allocateConsistentHash, DefaultMQPushConsumer } from '../src/index.ts';
import type { ClientConfig } from '@rocketmq-ts/client-core';

export async function consume(config: ClientConfig): Promise<DefaultMQPushConsumer> {
  const consumer = new DefaultMQPushConsumer({
    consumerGroup: 'demo_consumer',
    subscriptions: { TopicTest: 'TagA || TagB' }, // '*' for all
    consumeFromWhere: 'CONSUME_FROM_FIRST_OFFSET', // where a new group begins
    handler: async (messages) => {
      for (const message of messages) console.log(message.msgId, message.tags, message.string());
    },
    ...config,
  });
  await consumer.start();
  process.once('SIGTERM', () => void consumer.shutdown());
  return consumer;
}

export async function more(config: ClientConfig, chargeCard: (order: { id: number }) => Promise<void>): Promise<DefaultMQPushConsumer> {
  const consumer = new DefaultMQPushConsumer({
    consumerGroup: 'demo_orders',
    subscriptions: { Orders: '*' },
    concurrency: 5, // handler calls at a time
    maxReconsumeTimes: 3, // then the dead-letter queue
    allocateMessageQueueStrategy: allocateConsistentHash(),
    handler: async ([message], context) => {
      context.delayLevelWhenNextConsume = 3; // if it throws: again after 10 s
      await chargeCard(message!.json<{ id: number }>());
    },
    ...config,
  });
  consumer.on('rebalance', ({ topic, assigned }) => console.log(topic, assigned.length, 'queues are ours'));
  await consumer.start();
  return consumer;
}
