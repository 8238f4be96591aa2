// The examples of README.md, compiled here and run by readme.test.ts.
import { DefaultMQProducer, isMQError, MQClientError } from '../src/index.ts';
import type { ClientConfig } from '@rocketmq-ts/client-core';

export async function send(config: ClientConfig): Promise<string> {
  const producer = new DefaultMQProducer({ producerGroup: 'demo_producer', ...config });
  await producer.start();
  const result = await producer.send({ topic: 'TopicTest', tags: 'TagA', keys: 'order-1', body: 'Hello RocketMQ' });
  console.log(String(result)); // SendResult [sendStatus=SEND_OK, msgId=…, offsetMsgId=…, messageQueue=…, queueOffset=0]
  await producer.shutdown();
  return String(result);
}

export async function ways(producer: DefaultMQProducer): Promise<void> {
  await producer.send([{ topic: 'TopicTest', body: 'one' }, { topic: 'TopicTest', body: 'two' }]); // a batch: stored together
  await producer.send({ topic: 'TopicTest', body: 'pay' }, { shardingKey: 'order-7' }); // one key, one queue, one order
  await producer.send({ topic: 'TopicTest', body: 'first' }, { queue: (queues) => queues[0]! }); // a selector
  await producer.send({ topic: 'TopicTest', body: 'soon' }, { timeout: 1000, signal: AbortSignal.timeout(5000) });
  await producer.sendOneway({ topic: 'TopicTest', body: 'log line' }); // no answer is asked for
}

export async function errors(producer: DefaultMQProducer): Promise<string | undefined> {
  try {
    await producer.send({ topic: 'NoSuchTopic', body: 'x' });
  } catch (error) {
    if (error instanceof MQClientError && error.code === 'RMQ_NO_ROUTE') {
      console.error(error.reason, error.hint); // topic-absent  Cause: the topic does not exist … Create it: sh bin/mqadmin …
      return error.reason;
    }
    if (isMQError(error) && error.retryable) console.error('worth another try later', error.code);
    else throw error;
  }
  return undefined;
}
