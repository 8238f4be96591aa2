import { DefaultMQProducer, formatSendResult } from '@rocketmq-ts/client-producer';

/** Sends 1000 messages to TopicTest, one after the other, and prints what became of each. */
export async function producer(): Promise<void> {
  // The name servers come from the environment variable NAMESRV_ADDR, or from the option namesrvAddr.
  await using producer = new DefaultMQProducer({ producerGroup: 'please_rename_unique_group_name' });
  await producer.start();

  for (let i = 0; i < 1000; i++) {
    try {
      const result = await producer.send({ topic: 'TopicTest', tags: 'TagA', body: `Hello RocketMQ ${i}` });
      console.log(formatSendResult(result));
    } catch (error) {
      console.error(error instanceof Error ? error.message : error);
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
  }
}
