/** What the tests of replication ask brokers and name servers, one function per question. */
import { parseFastjson } from '@rocketmq-ts/remoting-protocol';
import type { JsonObject, JsonValue } from '@rocketmq-ts/remoting-protocol';
import { until } from './until.ts';
import type { WireClient } from './wire.ts';

/** Known to every broker from its start: reading with it changes nobody's configuration. */
const READER_GROUP = 'TOOLS_CONSUMER';
const PULL_BATCH = 32;
const FIGURES_MS = 5_000;

export const Code = { SUCCESS: 0, FLUSH_DISK_TIMEOUT: 10, SLAVE_NOT_AVAILABLE: 11, FLUSH_SLAVE_TIMEOUT: 12, SERVICE_NOT_AVAILABLE: 14, PULL_NOT_FOUND: 19, PULL_RETRY_IMMEDIATELY: 20, PULL_OFFSET_MOVED: 21 } as const;

export interface SendAnswer {
  readonly code: number;
  readonly remark: string;
  readonly queueId: number;
  readonly queueOffset: number;
  readonly offsetMsgId: string;
}

export interface StoredMessage {
  readonly queueId: number;
  readonly queueOffset: number;
  readonly physicalOffset: number;
  readonly body: string;
}

/** `topic@group` to queue to offset. */
export type OffsetTable = ReadonlyMap<string, ReadonlyMap<number, number>>;

export interface SendOptions {
  readonly queueId?: number;
  /** Text of the property WAIT. */
  readonly wait?: boolean;
  readonly delayLevel?: number;
  readonly timeoutMs?: number;
}

export async function sendMessage(wire: WireClient, topic: string, body: string, options: SendOptions = {}): Promise<SendAnswer> {
  const properties = `WAIT\u0001${String(options.wait ?? true)}\u0002${options.delayLevel === undefined ? '' : `DELAY\u0001${options.delayLevel}\u0002`}`;
  const header = { a: 'replica_test', b: topic, c: 'TBW102', d: 4, e: options.queueId ?? 0, f: 0, g: Date.now(), h: 0, i: properties, j: 0, k: false, m: false };
  const { code, remark, ext } = await wire.request(310, header, body, options.timeoutMs);
  return { code, remark, queueId: Number(ext['queueId']), queueOffset: Number(ext['queueOffset']), offsetMsgId: ext['msgId'] ?? '' };
}

/** All that the broker serves of a queue from `fromOffset` on. @throws Error when it says anything but "no more". */
export async function readQueue(wire: WireClient, topic: string, queueId: number, fromOffset = 0): Promise<StoredMessage[]> {
  const messages: StoredMessage[] = [];
  for (let queueOffset = fromOffset; ; ) {
    const header = { consumerGroup: READER_GROUP, topic, queueId, queueOffset, maxMsgNums: PULL_BATCH, sysFlag: 4, commitOffset: 0, suspendTimeoutMillis: 0, subscription: '*', subVersion: 0, expressionType: 'TAG' };
    const { code, remark, ext, body } = await wire.request(11, header);
    if (code === Code.PULL_NOT_FOUND) return messages;
    const next = Number(ext['nextBeginOffset']);
    if (code !== Code.SUCCESS && !(code === Code.PULL_RETRY_IMMEDIATELY && next > queueOffset)) {
      throw new Error(`${wire.address}: pull ${topic} ${queueId} from ${queueOffset}: ${code} ${remark}, next ${next}`);
    }
    if (code === Code.SUCCESS) messages.push(...messagesIn(body));
    queueOffset = next;
  }
}

/** Records side by side; fields by their place, IPv4 hosts. Source: store/CommitLog.java (4.6.0), spec §2 */
function messagesIn(records: Buffer): StoredMessage[] {
  const messages: StoredMessage[] = [];
  for (let at = 0; at < records.length; at += records.readInt32BE(at)) {
    const bodyLength = records.readInt32BE(at + 84);
    messages.push({
      queueId: records.readInt32BE(at + 12),
      queueOffset: Number(records.readBigInt64BE(at + 20)),
      physicalOffset: Number(records.readBigInt64BE(at + 28)),
      body: records.toString('utf8', at + 88, at + 88 + bodyLength),
    });
  }
  return messages;
}

export async function maxQueueOffset(wire: WireClient, topic: string, queueId: number): Promise<number> {
  return Number((await succeeded(wire, 30, { topic, queueId })).ext['offset']);
}

export async function minQueueOffset(wire: WireClient, topic: string, queueId: number): Promise<number> {
  return Number((await succeeded(wire, 31, { topic, queueId })).ext['offset']);
}

export async function createTopic(wire: WireClient, topic: string, queues: number): Promise<void> {
  await succeeded(wire, 17, { topic, defaultTopic: 'TBW102', readQueueNums: queues, writeQueueNums: queues, perm: 6, topicFilterType: 'SINGLE_TAG', topicSysFlag: 0, order: false });
}

export async function createGroup(wire: WireClient, groupName: string, retryMaxTimes: number): Promise<void> {
  const group = { groupName, retryMaxTimes, consumeEnable: true, consumeFromMinEnable: true, consumeBroadcastEnable: true, retryQueueNums: 1, brokerId: 0, whichBrokerWhenConsumeSlowly: 1, notifyConsumerIdsChangedEnable: true };
  await succeeded(wire, 200, {}, JSON.stringify(group));
}

export async function commitOffset(wire: WireClient, group: string, topic: string, queueId: number, offset: number): Promise<void> {
  await succeeded(wire, 15, { consumerGroup: group, topic, queueId, commitOffset: offset });
}

export async function allConsumerOffsets(wire: WireClient): Promise<OffsetTable> {
  const table = memberOf(parsed((await succeeded(wire, 43)).body), 'offsetTable');
  return new Map([...table].map(([name, queues]) => [name, new Map([...(queues as JsonObject)].map(([queueId, offset]) => [Number(queueId), Number(offset)]))]));
}

/** Delay level to the queue offset that is delivered next. */
export async function allDelayOffsets(wire: WireClient): Promise<ReadonlyMap<number, number>> {
  return delayOffsetsIn((await succeeded(wire, 45)).body.toString('utf8'));
}

/** The text of config/delayOffset.json. */
export function delayOffsetsIn(text: string): ReadonlyMap<number, number> {
  const table = memberOf(parsed(Buffer.from(text)), 'offsetTable');
  return new Map([...table].map(([level, offset]) => [Number(level), Number(offset)]));
}

export async function topicNames(wire: WireClient): Promise<string[]> {
  return [...memberOf(parsed((await succeeded(wire, 21)).body), 'topicConfigTable').keys()].sort();
}

/** Group name to its retryMaxTimes. */
export async function groupRetries(wire: WireClient): Promise<ReadonlyMap<string, number>> {
  const table = memberOf(parsed((await succeeded(wire, 201)).body), 'subscriptionGroupTable');
  return new Map([...table].map(([name, group]) => [name, Number((group as JsonObject).get('retryMaxTimes'))]));
}

/** End of the commit log as the broker tells its operators; Java's can not say that in its first second. */
export async function logEnd(wire: WireClient): Promise<number> {
  let end = NaN;
  await until('the broker knows its figures', async () => {
    end = Number(memberOf(parsed((await succeeded(wire, 28)).body), 'table').get('commitLogMaxOffset'));
    return Number.isFinite(end) ? true : 'no commitLogMaxOffset';
  }, FIGURES_MS);
  return end;
}

/** Broker name to broker id to address, as a name server knows them. */
export async function brokersAt(namesrv: WireClient): Promise<ReadonlyMap<string, ReadonlyMap<number, string>>> {
  const table = memberOf(parsed((await succeeded(namesrv, 106)).body), 'brokerAddrTable');
  return new Map([...table].map(([name, data]) => [name, new Map([...memberOf(data, 'brokerAddrs')].map(([id, address]) => [Number(id), String(address)]))]));
}

async function succeeded(wire: WireClient, code: number, ext: Readonly<Record<string, string | number | boolean>> = {}, body = '') {
  const answer = await wire.request(code, ext, body);
  if (answer.code !== Code.SUCCESS) throw new Error(`${wire.address}: request ${code} ${JSON.stringify(ext)}: ${answer.code} ${answer.remark}`);
  return answer;
}

function parsed(body: Buffer): JsonValue {
  return parseFastjson(body.toString('utf8'));
}

function memberOf(value: JsonValue, name: string): JsonObject {
  const member = (value as JsonObject).get(name);
  return member instanceof Map ? member : new Map();
}
