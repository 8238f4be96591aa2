// A topic full of numbered messages, as a producer leaves it: TAGS, UNIQ_KEY and WAIT beside each body.
import { DefaultMQProducer } from '@rocketmq-ts/client-producer';
import { numberedBody } from './numbered-body.ts';

const BATCH = 100;
const LOOPS = 4;

/** Resolves when all are stored. @throws Error when one is not */
export async function fillBacklog(namesrvAddr: string, topic: string, count: number): Promise<void> {
  const producer = await new DefaultMQProducer({ namesrvAddr, producerGroup: 'backlog_producer', sendMsgTimeout: 30_000 }).start();
  let next = 0;
  const loop = async (): Promise<void> => {
    while (next < count) {
      const from = next;
      next = Math.min(count, from + BATCH);
      const messages = Array.from({ length: next - from }, (_, index) => ({ topic, tags: 'TagA', body: numberedBody(from + index) }));
      const { sendStatus } = await producer.send(messages);
      if (sendStatus !== 'SEND_OK') throw new Error(`the backlog could not be stored: ${sendStatus}`);
    }
  };
  try {
    await Promise.all(Array.from({ length: LOOPS }, loop));
  } finally {
    await producer.shutdown();
  }
}
