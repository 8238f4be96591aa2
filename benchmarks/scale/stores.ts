// Stores to start brokers on: made with our store, in the file formats that both implementations read.
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brokerSettingsOf, readBrokerConfig } from '@rocketmq-ts/broker';
import type { Env } from '@rocketmq-ts/kernel';
import { createNodeEnv } from '@rocketmq-ts/kernel/node';
import { parseProperties } from '@rocketmq-ts/remoting-protocol';
import { type MessageStore, type MessageToStore, openStore } from '@rocketmq-ts/store';
import { javaBrokerConfig, propertiesText } from '@rocketmq-ts/testkit';

/** What is written into a store, round robin over all queues. */
export interface StoreContent {
  readonly topics: readonly string[];
  readonly queuesPerTopic: number;
  readonly bodyBytes: number;
  /** Filling ends at the first message behind this place of the log. */
  readonly logBytes: number;
}

/** In one turn of the event loop. */
const MESSAGES_PER_TURN = 2000;
const HOST = { ip: '127.0.0.1', port: 10_911 };
/** Files in the store's root that Java does not know. */
const OURS_ALONE = ['derivedends', 'derivedwritten', 'tailguards', 'lock.owner'];

/** Makes the store of the broker that will be started in `home`; it was closed in order. Returns the end of its log. @throws what the signal was aborted with */
export async function fillStore(home: string, content: StoreContent, signal: AbortSignal): Promise<number> {
  const store = join(home, 'store');
  mkdirSync(join(store, 'config'), { recursive: true });
  writeTopics(home, content.topics, content.queuesPerTopic);
  const env = createNodeEnv({});
  const entries = parseProperties(propertiesText(javaBrokerConfig({ home, port: HOST.port, namesrvAddr: '127.0.0.1:9876' })));
  const facts = { hostName: 'bench', localAddress: HOST.ip, homeFolder: home, cpuCount: 2, memoryBytes: 2 ** 34 };
  const { store: options } = brokerSettingsOf(readBrokerConfig({ facts, entries, fileName: undefined }));
  const opened = await openStore(env, { ...options, haListenPort: 0 }, { messageArrived: () => undefined });
  try {
    return await append(env, opened, content, signal);
  } finally {
    await opened.stop();
  }
}

async function append(env: Env, { appender }: MessageStore, { topics, queuesPerTopic, bodyBytes, logBytes }: StoreContent, signal: AbortSignal): Promise<number> {
  const body = Buffer.alloc(bodyBytes, 0x61);
  const queueCount = topics.length * queuesPerTopic;
  let end = 0;
  for (let count = 0; end < logBytes;) {
    signal.throwIfAborted();
    const now = env.clock.wallMs();
    for (const until = count + MESSAGES_PER_TURN; count < until && end < logBytes; count++) {
      const queue = count % queueCount;
      const outcome = appender.append(messageOf(topics[queue % topics.length] ?? '', Math.floor(queue / topics.length), count, body, now));
      if (outcome.status !== 'APPENDED') throw new Error(`the store takes no more: ${outcome.status}`);
      end = outcome.endOffset;
    }
    await new Promise<void>((resolve, reject) => {
      appender.whenDurable(end, false, { settle: (status) => (status === 'PUT_OK' ? resolve() : reject(new Error(status))) });
    });
  }
  return end;
}

function messageOf(topic: string, queueId: number, count: number, body: Buffer, now: number): MessageToStore {
  const properties = Buffer.from(`UNIQ_KEY\u0001${count.toString(16).toUpperCase().padStart(32, '0')}\u0002WAIT\u0001true\u0002TAGS\u0001TagA`);
  return { topic, queueId, body, properties, flag: 0, sysFlag: 0, bornTimestamp: now, bornHost: HOST, storeHost: HOST, reconsumeTimes: 0, preparedTransactionOffset: 0 };
}

/** `config/topics.json` as either broker reads it. */
export function writeTopics(home: string, topics: readonly string[], queuesPerTopic: number): void {
  const configOf = (topicName: string) => ({
    order: false,
    perm: 6,
    readQueueNums: queuesPerTopic,
    topicFilterType: 'SINGLE_TAG',
    topicName,
    topicSysFlag: 0,
    writeQueueNums: queuesPerTopic,
  });
  const topicConfigTable = Object.fromEntries(topics.map((topic) => [topic, configOf(topic)]));
  mkdirSync(join(home, 'store', 'config'), { recursive: true });
  writeFileSync(join(home, 'store', 'config', 'topics.json'), JSON.stringify({ dataVersion: { counter: 1, timestamp: Date.now() }, topicConfigTable }));
}

/** A copy of the store in `from`, in the page cache and on the disk. */
export function copyStore(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  // cp keeps the holes of files that are mostly empty.
  execFileSync('cp', ['-r', '--sparse=always', join(from, 'store'), to]);
  settleDisk();
}

/**
 * As after a crash that took the checkpoint along: `abort` is there; `checkpoint`, and what else only our store knows,
 * is not. Whoever starts has to look at all of the log.
 */
export function loseCheckpoint(home: string): void {
  for (const name of ['checkpoint', ...OURS_ALONE]) rmSync(join(home, 'store', name), { force: true });
  writeFileSync(join(home, 'store', 'abort'), '');
}

/** Nobody is slowed down by what those before have left for the kernel to write. */
export function settleDisk(): void {
  execFileSync('sync');
}
