import { DefaultMQPushConsumer, formatMessageExt } from '@rocketmq-ts/client-consumer';

/** Prints every message of TopicTest, from the first one on, until interrupted. */
export async function consumer(): Promise<void> {
  // The name servers come from the environment variable NAMESRV_ADDR, or from the option namesrvAddr.
  const consumer = new DefaultMQPushConsumer({
    consumerGroup: 'please_rename_unique_group_name_4',
    consumeFromWhere: 'CONSUME_FROM_FIRST_OFFSET',
    subscriptions: { TopicTest: '*' },
    handler(messages) {
      console.log(`ConsumeMessageThread Receive New Messages: [${messages.map(formatMessageExt).join(', ')}] `);
    },
  });
  await consumer.start();
  console.log('Consumer Started.');

  const stop = () => void consumer.shutdown();
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}
