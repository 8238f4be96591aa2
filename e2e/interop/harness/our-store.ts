/**
 * What our store says is in a folder, in the words of tools/golden-capture/java/StoreDump.java, so that the two
 * accounts can be compared line by line. Records are read here field by field, not with our codec: an error there
 * must not cancel itself out.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createNodeEnv } from '@rocketmq-ts/kernel/node';
import { openStore } from '@rocketmq-ts/store';
import type { MessageStore, StoreOptions } from '@rocketmq-ts/store';

export type DumpLine = Readonly<Record<string, unknown>> & { readonly kind: string };

const KEY_PROPERTIES = ['UNIQ_KEY', 'KEYS'];
const MAX_KEY_ANSWERS = 64;
const INDEX_TIMEOUT_MS = 5_000;

export function parseDump(text: string): DumpLine[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as DumpLine);
}

/** Opens the store at `root`, asks it everything `asked` (Java's account) asks, and closes it again. */
export async function dumpOurStore(root: string, asked: readonly DumpLine[], config: Partial<StoreOptions>): Promise<DumpLine[]> {
  const store = await openStore(createNodeEnv(), { ...DEFAULTS, storePathRootDir: root, storePathCommitLog: join(root, 'commitlog'), ...config }, { messageArrived: () => undefined });
  try {
    return [
      { kind: 'log', minPhysicalOffset: store.admin.minPhysicalOffset, maxPhysicalOffset: store.admin.maxPhysicalOffset },
      ...folders(join(root, 'consumequeue')).flatMap((topic) => folders(join(root, 'consumequeue', topic)).flatMap((queue) => queueLines(store, topic, Number(queue), asked))),
      ...(await settledQueryLines(store, asked)),
    ];
  } finally {
    await store.stop();
  }
}

function queueLines(store: MessageStore, topic: string, queueId: number, asked: readonly DumpLine[]): DumpLine[] {
  const minOffset = store.queues.minQueueOffset(topic, queueId);
  const maxOffset = store.queues.maxQueueOffset(topic, queueId);
  const lines: DumpLine[] = [{ kind: 'queue', topic, queueId, minOffset, maxOffset }];
  for (let offset = minOffset; offset < maxOffset; ) {
    const result = store.queues.getMessage(topic, queueId, offset, 32, undefined);
    if (result.status !== 'FOUND') throw new Error(`${topic} ${queueId} ${offset}: ${result.status}`);
    lines.push(...result.records.flatMap(recordsIn).map(messageLine));
    offset = result.nextBeginOffset;
  }
  for (const line of asked) {
    if (line.kind !== 'time' || line['topic'] !== topic || line['queueId'] !== queueId) continue;
    lines.push({ ...line, offset: store.queues.offsetByTime(topic, queueId, Number(line['timestamp'])) });
  }
  return lines;
}

/** After a crash the index is made anew behind the open store's back: ask until it has caught up. */
async function settledQueryLines(store: MessageStore, asked: readonly DumpLine[]): Promise<DumpLine[]> {
  const deadline = performance.now() + INDEX_TIMEOUT_MS;
  for (;;) {
    const lines = queryLines(store, asked);
    const isComplete = lines.every((line) => (line['physicalOffsets'] as number[]).length > 0);
    if (isComplete || performance.now() > deadline) return lines;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function queryLines(store: MessageStore, asked: readonly DumpLine[]): DumpLine[] {
  return asked
    .filter((line) => line.kind === 'query')
    .map((line) => {
      const answer = store.finder.queryByKey({
        topic: String(line['topic']),
        key: String(line['key']),
        maxCount: MAX_KEY_ANSWERS,
        beginWallMs: 0,
        endWallMs: Number.MAX_SAFE_INTEGER,
      });
      return { ...line, physicalOffsets: answer.records.map((record) => Number(record.readBigInt64BE(28))) };
    });
}

/** A piece of an answer is one record or several side by side. */
function recordsIn(piece: Buffer): Buffer[] {
  const records: Buffer[] = [];
  for (let at = 0; at < piece.length; at += piece.readInt32BE(at)) records.push(piece.subarray(at, at + piece.readInt32BE(at)));
  return records;
}

/** Fields in the order of the record; IPv4 hosts only, which is all that loopback clients leave behind. */
function messageLine(record: Buffer): DumpLine {
  const storeHost = hostAt(record, 64);
  const physicalOffset = Number(record.readBigInt64BE(28));
  const bodyLength = record.readInt32BE(84);
  const topicAt = 88 + bodyLength;
  const topicLength = record.readUInt8(topicAt);
  const propertiesAt = topicAt + 1 + topicLength;
  const propertiesText = record.toString('utf8', propertiesAt + 2, propertiesAt + 2 + record.readInt16BE(propertiesAt));
  const properties = propertiesText.split('\u0002').filter((item) => item !== '').map((item) => item.split('\u0001') as [string, string]);
  return {
    kind: 'message',
    topic: record.toString('utf8', topicAt + 1, propertiesAt),
    queueId: record.readInt32BE(12),
    queueOffset: Number(record.readBigInt64BE(20)),
    physicalOffset,
    storeSize: record.readInt32BE(0),
    flag: record.readInt32BE(16),
    sysFlag: record.readInt32BE(36),
    bodyCrc: record.readInt32BE(8),
    bornTimestamp: Number(record.readBigInt64BE(40)),
    bornHost: hostAt(record, 48),
    storeTimestamp: Number(record.readBigInt64BE(56)),
    storeHost,
    reconsumeTimes: record.readInt32BE(72),
    offsetMsgId: `${record.toString('hex', 64, 72)}${record.toString('hex', 28, 36)}`.toUpperCase(),
    body: record.toString('hex', 88, 88 + bodyLength),
    properties: Object.fromEntries(properties.sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}

/** Keys that a store's messages carry, as `query` lines without answers; for stores Java has not been asked about. */
export function queriesFor(messages: readonly DumpLine[]): DumpLine[] {
  const keys = new Set<string>();
  for (const message of messages) {
    if (message.kind !== 'message') continue;
    const properties = message['properties'] as Record<string, string>;
    for (const name of KEY_PROPERTIES) for (const key of (properties[name] ?? '').split(' ')) if (key !== '') keys.add(`${String(message['topic'])}#${key}`);
  }
  return [...keys].map((text) => ({ kind: 'query', topic: text.slice(0, text.indexOf('#')), key: text.slice(text.indexOf('#') + 1) }));
}

function hostAt(record: Buffer, at: number): string {
  return `${record.subarray(at, at + 4).join('.')}:${record.readInt32BE(at + 4)}`;
}

function folders(path: string): string[] {
  return readdirSync(path).sort();
}

/** 4.6.0's defaults. */
const DEFAULTS: Omit<StoreOptions, 'storePathRootDir' | 'storePathCommitLog'> = {
  flushDiskType: 'ASYNC_FLUSH',
  brokerRole: 'ASYNC_MASTER',
  mappedFileSizeCommitLog: 1_073_741_824,
  mappedFileSizeConsumeQueue: 6_000_000,
  maxMessageSize: 4_194_304,
  syncFlushTimeout: 5_000,
  haListenPort: 10912,
  haBindAddress: undefined,
  haSendHeartbeatInterval: 5000,
  haHousekeepingInterval: 20_000,
  haTransferBatchSize: 32_768,
  haSlaveFallbehindMax: 268_435_456,
  flushIntervalCommitLog: 500,
  flushCommitLogLeastPages: 4,
  flushCommitLogThoroughInterval: 10_000,
  flushIntervalConsumeQueue: 1_000,
  checkCRCOnRecover: true,
  messageIndexEnable: true,
  maxHashSlotNum: 5_000_000,
  maxIndexNum: 20_000_000,
  maxMsgsNumBatch: 64,
  maxTransferBytesOnMessageInMemory: 262_144,
  maxTransferCountOnMessageInMemory: 32,
  maxTransferBytesOnMessageInDisk: 65_536,
  maxTransferCountOnMessageInDisk: 8,
  accessMessageInMemoryMaxRatio: 40,
  offsetCheckInSlave: false,
  cleanResourceInterval: 10_000,
  deleteCommitLogFilesInterval: 100,
  deleteWhen: '04',
  fileReservedTime: 72,
  diskMaxUsedSpaceRatio: 75,
  cleanFileForciblyEnable: true,
  diskSpaceWarningLevelRatio: 0.98,
  diskSpaceCleanForciblyRatio: 0.95,
  physicalMemoryBytes: 8 * 1024 ** 3,
};
