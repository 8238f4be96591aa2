// Our producer with its defaults: send-loops NAMESRV TOPIC LOOPS BATCH BODY_BYTES WARM_UP_MS MEASURE_MS.
// LOOPS loops, each sends one message (BATCH 1) or one batch after the other and awaits its answer. Prints `begin`,
// `measured SENDS MS`, and `end SENDS FAILED` when the last answer is there (sends of the warm-up included). The same lines as java/SendLoops.java.
import { DefaultMQProducer, type MessageInput } from '@rocketmq-ts/client-producer';

const [namesrvAddr = '', topic = ''] = process.argv.slice(2);
const [loops = 0, batch = 0, bodyBytes = 0, warmUpMs = 0, measureMs = 0] = process.argv.slice(4).map(Number);
const body = Buffer.alloc(bodyBytes, 0x61);
let sent = 0;
let failed = 0;
let isStopped = false;

const producer = await new DefaultMQProducer({ namesrvAddr, producerGroup: 'sdk_benchmark_producer' }).start();

function next(): MessageInput | MessageInput[] {
  return batch === 1 ? { topic, tags: 'TagA', body } : Array.from({ length: batch }, () => ({ topic, tags: 'TagA', body }));
}

async function loop(): Promise<void> {
  while (!isStopped) {
    try {
      const { sendStatus } = await producer.send(next());
      if (sendStatus === 'SEND_OK') sent++;
      else failed++;
    } catch (error) {
      failed++;
      console.error(error);
    }
  }
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const running = Array.from({ length: loops }, loop);
await sleep(warmUpMs);
console.log('begin');
const startMs = performance.now();
const before = sent;
await sleep(measureMs);
console.log(`measured ${sent - before} ${performance.now() - startMs}`);
isStopped = true;
await Promise.all(running);
console.log(`end ${sent} ${failed}`);
await producer.shutdown();
