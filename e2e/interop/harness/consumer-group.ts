/** The consumer group that reads on whatever happens: our push consumer in this process, or Java's in one of its own. */
import { DefaultMQPushConsumer } from '@rocketmq-ts/client-consumer';
import { silentLog } from '@rocketmq-ts/kernel';
import { createNodeEnv } from '@rocketmq-ts/kernel/node';
import { startReceiver, stopReceiver } from './java-clients.ts';
import type { JavaClientPlace } from './java-clients.ts';
import type { Maker } from './start-servers.ts';

/** Between looks at the routes, heartbeats, and commits: no test waits 30 s for each. */
const EAGER_MS = 300;

export interface ConsumerGroup extends AsyncDisposable {
  readonly name: string;
  /** Bodies, each once, whatever was delivered again. */
  readonly received: ReadonlySet<string>;
  /** Takes no more messages until it may go on; it lives, and keeps what it has. */
  hold(): void;
  goOn(): void;
  stop(): Promise<void>;
}

export async function startConsumerGroup(maker: Maker, place: JavaClientPlace, topic: string): Promise<ConsumerGroup> {
  return maker === 'java' ? await startJavas(place, topic) : await startOurs(place, topic);
}

async function startOurs(place: JavaClientPlace, topic: string): Promise<ConsumerGroup> {
  const received = new Set<string>();
  const consumer = new DefaultMQPushConsumer({
    consumerGroup: 'group_ours',
    namesrvAddr: place.namesrvAddr,
    subscriptions: { [topic]: '*' },
    consumeFromWhere: 'CONSUME_FROM_FIRST_OFFSET',
    pollNameServerInterval: EAGER_MS,
    persistConsumerOffsetInterval: EAGER_MS,
    env: createNodeEnv({ log: silentLog }), // it would tell of every kill
    handler: (messages) => {
      for (const message of messages) received.add(message.string());
    },
  });
  await consumer.start();
  const stop = (): Promise<void> => consumer.shutdown();
  return { name: 'group_ours', received, hold: () => consumer.pause(), goOn: () => consumer.resume(), stop, [Symbol.asyncDispose]: stop };
}

async function startJavas(place: JavaClientPlace, topic: string): Promise<ConsumerGroup> {
  const wanted = { topic, group: 'group_java', model: 'CLUSTERING', expression: '*' } as const;
  const program = await startReceiver(place, wanted, { systemProperties: { 'interop.eager': String(EAGER_MS) } });
  const received = new Set<string>();
  let readTo = 0;
  const stop = async (): Promise<void> => {
    if (program.exitCode !== undefined) return;
    process.kill(program.pid, 'SIGCONT');
    await stopReceiver(program);
  };
  return {
    name: 'group_java',
    get received() {
      const end = program.output.lastIndexOf('\n') + 1;
      for (const [, body = ''] of program.output.slice(readTo, end).matchAll(/^got \d+ \d+ (.*)$/gm)) received.add(body);
      readTo = end;
      return received;
    },
    hold: () => process.kill(program.pid, 'SIGSTOP'),
    goOn: () => process.kill(program.pid, 'SIGCONT'),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
