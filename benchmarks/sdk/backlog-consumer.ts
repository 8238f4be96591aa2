// Our push consumer with its defaults on a backlog of numbered messages: backlog-consumer NAMESRV TOPIC GROUP COUNT.
// Prints `first` with the first message, `last MS` with the COUNT-th different one (ms between the two), and when its
// input is closed `end DELIVERED DIFFERENT DAMAGED`. The same lines as java/BacklogConsumer.java.
import { DefaultMQPushConsumer } from '@rocketmq-ts/client-consumer';
import { numberOf } from './numbered-body.ts';

const [namesrvAddr = '', topic = '', consumerGroup = '', countText = '0'] = process.argv.slice(2);
const count = Number(countText);
// A message is delivered twice now and then (at least once), so each is ticked off by its number.
const seen = new Uint8Array(count);
let delivered = 0;
let different = 0;
let damaged = 0;
let firstMs = 0;

const consumer = new DefaultMQPushConsumer({
  namesrvAddr,
  consumerGroup,
  subscriptions: { [topic]: '*' },
  consumeFromWhere: 'CONSUME_FROM_FIRST_OFFSET',
  handler: (messages) => {
    if (firstMs === 0) {
      firstMs = performance.now();
      console.log('first');
    }
    for (const message of messages) {
      delivered++;
      const number = numberOf(message.body);
      if (number < 0 || number >= count) {
        damaged++;
      } else if (seen[number] === 0) {
        seen[number] = 1;
        if (++different === count) console.log(`last ${performance.now() - firstMs}`);
      }
    }
  },
});
await consumer.start();
console.log('ready');
process.stdin.resume().once('end', () => {
  void consumer.shutdown().then(() => console.log(`end ${delivered} ${different} ${damaged}`));
});
