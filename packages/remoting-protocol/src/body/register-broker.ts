/**
 * Body of REGISTER_BROKER in its three forms.
 *
 * plain, version ≥ 37 | JSON {filterServerList, topicConfigSerializeWrapper}
 * plain, version < 37 | JSON TopicConfigSerializeWrapper
 * compressed          | zlib level 9 of: int32 n + DataVersion JSON; int32 topic count; per topic int32 n + text
 *                     | `topicName readQueueNums writeQueueNums perm topicFilterType` (order and topicSysFlag are lost);
 *                     | int32 n + filterServerList JSON
 *
 * Inflating is bounded; every length is checked against what is left.
 * Source: common/protocol/body/RegisterBrokerBody.java, common/TopicConfig.java, namesrv/processor/DefaultRequestProcessor.java (4.6.0)
 */
import { deflateSync, inflateSync } from 'node:zlib';
import { ByteWriter } from '../bytes/byte-writer.ts';
import { readInt32 } from '../bytes/int64.ts';
import { ProtocolError } from '../errors.ts';
import { writeFastjson } from '../fastjson/write-fastjson.ts';
import { type DataVersion, dataVersionShape } from './data-version.ts';
import { decodeBody, decodeBodyText, encodeBody, listOf, objectOf, type Shape, text } from './shape.ts';
import { type TopicConfig, type TopicConfigSerializeWrapper, topicConfigSerializeWrapperShape } from './topic-config.ts';

export interface RegisterBrokerBody {
  topicConfigSerializeWrapper: TopicConfigSerializeWrapper;
  filterServerList: string[];
}

/** From this version on the body is a RegisterBrokerBody: MQVersion V3_0_11. */
const BODY_SINCE_VERSION = 37;
const INFLATED_BYTES_MAX = 32 * 1024 * 1024;

const filterServersShape = listOf(text);
const emptyWrapper = (): TopicConfigSerializeWrapper => ({ topicConfigTable: new Map(), dataVersion: { timestamp: 0, counter: 0 } });

const registerBrokerBodyShape: Shape<RegisterBrokerBody> = objectOf<RegisterBrokerBody>('RegisterBrokerBody', {
  topicConfigSerializeWrapper: {
    read: (value, path) => (value === undefined || value === null ? emptyWrapper() : topicConfigSerializeWrapperShape.read(value, path)),
    write: (value) => topicConfigSerializeWrapperShape.write(value),
  },
  filterServerList: filterServersShape,
});

export function encodeRegisterBrokerBody(body: RegisterBrokerBody, options: { compressed?: boolean } = {}): Buffer {
  if (options.compressed !== true) return encodeBody(registerBrokerBodyShape, body);
  const { dataVersion, topicConfigTable } = body.topicConfigSerializeWrapper;
  const out = new ByteWriter(4096);
  writeBlock(out, writeFastjson(dataVersionShape.write(dataVersion) ?? null));
  out.i32(topicConfigTable.size);
  for (const topic of topicConfigTable.values()) writeBlock(out, topicText(topic));
  writeBlock(out, writeFastjson(body.filterServerList));
  return deflateSync(out.view(), { level: 9 });
}

/**
 * @param options `compressed` from the request's header, `version` from the command
 * @throws ProtocolError
 */
export function decodeRegisterBrokerBody(body: Buffer | undefined, options: { compressed: boolean; version: number }): RegisterBrokerBody {
  if (body === undefined || body.length === 0) return { topicConfigSerializeWrapper: emptyWrapper(), filterServerList: [] };
  if (options.version < BODY_SINCE_VERSION) return { topicConfigSerializeWrapper: decodeBody(topicConfigSerializeWrapperShape, body), filterServerList: [] };
  return options.compressed ? decodeCompressed(inflate(body)) : decodeBody(registerBrokerBodyShape, body);
}

function decodeCompressed(content: Buffer): RegisterBrokerBody {
  const blocks = new BlockReader(content);
  const dataVersion: DataVersion = decodeBodyText(dataVersionShape, blocks.text());
  const topicConfigTable = new Map<string, TopicConfig>();
  for (let left = blocks.count(); left > 0; left--) {
    const topic = parseTopicText(blocks.text());
    topicConfigTable.set(topic.topicName, topic);
  }
  const filterServerList = decodeBodyText(filterServersShape, blocks.text());
  return { topicConfigSerializeWrapper: { topicConfigTable, dataVersion }, filterServerList };
}

function writeBlock(out: ByteWriter, content: string): void {
  const at = out.position;
  out.i32(0);
  out.patchI32(at, out.utf8(content));
}

function topicText(topic: TopicConfig): string {
  return `${topic.topicName} ${topic.readQueueNums} ${topic.writeQueueNums} ${topic.perm} ${topic.topicFilterType}`;
}

function parseTopicText(content: string): TopicConfig {
  const match = /^(\S+) (\d{1,9}) (\d{1,9}) (\d{1,9}) (SINGLE_TAG|MULTI_TAG)$/.exec(content);
  if (match === null) throw new ProtocolError('REGISTER_BODY', `not a topic: ${JSON.stringify(content.slice(0, 80))}`);
  const [, topicName = '', readQueueNums, writeQueueNums, perm, topicFilterType] = match;
  return {
    topicName,
    readQueueNums: Number(readQueueNums),
    writeQueueNums: Number(writeQueueNums),
    perm: Number(perm),
    topicFilterType: topicFilterType as TopicConfig['topicFilterType'],
    topicSysFlag: 0,
    order: false,
  };
}

function inflate(body: Buffer): Buffer {
  try {
    return inflateSync(body, { maxOutputLength: INFLATED_BYTES_MAX });
  } catch (cause) {
    throw new ProtocolError('REGISTER_BODY', 'compressed body can not be inflated', { cause });
  }
}

class BlockReader {
  readonly #content: Buffer;
  #at = 0;

  constructor(content: Buffer) {
    this.#content = content;
  }

  count(): number {
    if (this.#at + 4 > this.#content.length) throw new ProtocolError('REGISTER_BODY', 'body ends in a length');
    const value = readInt32(this.#content, this.#at);
    this.#at += 4;
    return value;
  }

  text(): string {
    const length = this.count();
    if (length < 0 || this.#at + length > this.#content.length) throw new ProtocolError('REGISTER_BODY', `block of ${length} bytes`);
    this.#at += length;
    return this.#content.toString('utf8', this.#at - length, this.#at);
  }
}
