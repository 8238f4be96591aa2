import { ByteWriter, encodeCommand, type Frame, FrameDecoder, offsetMsgIdPrefix, RemotingCommand, RequestCode, type SerializeType, SerializeType as Types } from '@rocketmq-ts/remoting-protocol';
import type { Connection } from '@rocketmq-ts/remoting';
import type { AppendResult, MessageToStore } from '@rocketmq-ts/store';
import { expect, it } from 'vitest';

import { SubscriptionGroups } from '../../groups/subscription-groups.ts';
import { newTopic } from '../../topics/boot-topics.ts';
import { TopicTable } from '../../topics/topic-table.ts';
import { createRawSend } from './send-raw.ts';
import type { SendPorts } from './send-ports.ts';

const CONNECTION = { remote: { host: '10.0.0.9', port: 5000 }, remoteAddress: '10.0.0.9:5000' } as Connection;

function setUp(result?: AppendResult): { handle: (frame: Frame) => boolean; stored: { topic: string; properties: string }[]; waits: boolean[]; ports: SendPorts } {
  const stored: { topic: string; properties: string }[] = [];
  const waits: boolean[] = [];
  const topics = new TopicTable(0, { topicsChanged() {} });
  for (const topic of ['T', 'TBW102', '%RETRY%g']) topics.addAtBoot(newTopic(topic, 4));
  const append = (message: MessageToStore): AppendResult => {
    stored.push({ topic: message.topic, properties: Buffer.from(message.properties).toString() });
    return result ?? { status: 'APPENDED', physicalOffset: 0, endOffset: 1, queueOffset: 0, storeTimestamp: 0, physicalOffsets: [0] };
  };
  const ports = {
    env: { clock: { wallMs: () => 1000, monotonicMs: () => 0 } },
    live: { brokerPermission: 6, startAcceptSendRequestTimeStamp: 0, traceOn: true },
    facts: { clusterName: 'c', brokerIP1: '10.0.0.1', regionId: 'r', storeHost: { ip: '10.0.0.1', port: 10911 }, msgIdPrefix: offsetMsgIdPrefix({ ip: '10.0.0.1', port: 10911 }) },
    topics,
    groups: new SubscriptionGroups(0, () => {}),
    appender: { append, appendBatch: append, whenDurable: (_end: number, wait: boolean) => void waits.push(wait) },
  } as unknown as SendPorts;
  const raw = createRawSend(ports);
  return { handle: (frame) => raw(frame, CONNECTION), stored, waits, ports };
}

function frameOf(fields: Record<string, string> = {}, options: { code?: number; flag?: number; type?: SerializeType } = {}): Frame {
  const all = { a: 'p', b: 'T', c: 'TBW102', d: '4', e: '0', f: '0', g: '1000', h: '0', i: 'TAGS\u0001a\u0002', j: '0', k: 'false', m: 'false', ...fields };
  const command = new RemotingCommand(options.code ?? RequestCode.SEND_MESSAGE_V2, new Map(Object.entries(all)), Buffer.from('body'));
  command.flag = options.flag ?? 0;
  command.serializeType = options.type ?? Types.JSON;
  const out = new ByteWriter(1024);
  encodeCommand(out, command);
  const decoder = new FrameDecoder();
  decoder.push(Buffer.from(out.view()));
  return decoder.next() as Frame;
}

it('takes an ordinary message, with the cluster behind its properties', () => {
  const { handle, stored, waits } = setUp();
  expect(handle(frameOf())).toBe(true);
  expect(handle(frameOf({ i: 'WAIT\u0001false\u0002x\u00011' }))).toBe(true);
  expect(handle(frameOf({ i: '' }))).toBe(true);
  expect(stored.map(({ properties }) => properties)).toEqual(['TAGS\u0001a\u0002CLUSTER\u0001c\u0002', 'WAIT\u0001false\u0002x\u00011\u0002CLUSTER\u0001c\u0002', 'CLUSTER\u0001c\u0002']);
  expect(waits).toEqual([true, false, true]);
});

it.each<[string, Frame]>([
  ['an unknown topic', frameOf({ b: 'Unknown' })],
  ['the model of new topics', frameOf({ b: 'TBW102' })],
  ['a retry topic', frameOf({ b: '%RETRY%g' })],
  ['a queue to be drawn', frameOf({ e: '-1' })],
  ['a queue that is not there', frameOf({ e: '4' })],
  ['a transactional flag', frameOf({ f: '4' })],
  ['a delay', frameOf({ i: 'DELAY\u00013\u0002' })],
  ['a half message', frameOf({ i: 'a\u00011\u0002TRAN_MSG\u0001true\u0002' })],
  ['a cluster of the client', frameOf({ i: 'CLUSTER\u0001mine\u0002' })],
  ['a batch', frameOf({ m: 'true' })],
  ['a response', frameOf({}, { flag: 1 })],
  ['a field more', frameOf({ extra: 'x' })],
  ['the binary header', frameOf({}, { type: Types.ROCKETMQ })],
])('leaves %s to the long way, untouched', (_what, frame) => {
  const { handle, stored } = setUp();
  expect(handle(frame)).toBe(false);
  expect(stored).toEqual([]);
});

it('leaves everything to the long way while the broker may not be written', () => {
  const { handle, ports, stored } = setUp();
  ports.live.brokerPermission = 4;
  expect(handle(frameOf())).toBe(false);
  ports.live.brokerPermission = 6;
  ports.live.startAcceptSendRequestTimeStamp = 1001;
  expect(handle(frameOf())).toBe(false);
  expect(stored).toEqual([]);
});

it('leaves the words for a refusal to the long way', () => {
  const { handle, waits } = setUp({ status: 'SERVICE_NOT_AVAILABLE' });
  expect(handle(frameOf())).toBe(false);
  expect(waits).toEqual([]);
});
