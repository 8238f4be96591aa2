// What the gate watches: synchronous steps on the path of a message, each some hundred nanoseconds.
import { ByteWriter, decodeCommand, encodeBatchBody, encodeCommand, newSendMessageScan, readBatchBody, type RecordFields, recordSizeOf, scanSendMessageV2, SerializeType, writeRecord } from '@rocketmq-ts/remoting-protocol';
import { envWithoutWrites, messageOf, openBenchmarkStore } from '../micro/stores.ts';

const SEND = Buffer.from(
  '{"code":310,"extFields":{"a":"please_rename_unique_group_name","b":"BenchmarkTest","c":"TBW102","d":"4","e":"2","f":"0","g":"1795362355567","h":"0","i":"UNIQ_KEY\\u0001C000020200004E0E2F2A6F87916E0001\\u0002WAIT\\u0001true\\u0002","j":"0","k":"false","m":"false"},"flag":0,"language":"JAVA","opaque":1420,"serializeTypeCurrentRPC":"JSON","version":333}',
);
const frame = { serializeType: SerializeType.JSON, header: SEND, body: undefined };
const command = decodeCommand(frame);
const binaryOut = new ByteWriter(1024);
encodeCommand(binaryOut, Object.assign(decodeCommand(frame), { serializeType: SerializeType.ROCKETMQ }));
const binaryFrame = { serializeType: SerializeType.ROCKETMQ, header: binaryOut.copy().subarray(8), body: undefined };

const scan = newSendMessageScan();
const out = new ByteWriter(1024);
const record: RecordFields = {
  topic: 'BenchmarkTest',
  queueId: 2,
  flag: 0,
  sysFlag: 0,
  queueOffset: 123_456,
  physicalOffset: 7_654_321_000,
  bornTimestamp: 1_795_362_355_567,
  bornHost: { ip: '127.0.0.1', port: 54_321 },
  storeTimestamp: 1_795_362_355_568,
  storeHost: { ip: '127.0.0.1', port: 10_911 },
  reconsumeTimes: 0,
  preparedTransactionOffset: 0,
  body: Buffer.alloc(128, 'body'),
  properties: Buffer.from('UNIQ_KEY\u0001C000020200004E0E2F2A6F87916E0001\u0002WAIT\u0001true\u0002'),
};
const slab = Buffer.alloc(recordSizeOf(record));
const batch = encodeBatchBody(Array.from({ length: 10 }, () => ({ flag: 0, body: Buffer.alloc(128), properties: new Map([['TAGS', 'TagA']]) })));

/** Appends without a disk: encoding, offsets, slab. What a turn does then is not in the time. */
export async function openGateSubjects(): Promise<{ readonly subjects: readonly GateSubject[]; close(): Promise<void> }> {
  const { store, close } = await openBenchmarkStore(envWithoutWrites());
  const message = messageOf(128, 'UNIQ_KEY\u0001C000020200004E0E2F2A6F87916E0001\u0002WAIT\u0001true\u0002');
  return { subjects: [...codecSubjects, { id: 'append', run: () => store.appender.append(message) }], close };
}

export interface GateSubject {
  readonly id: string;
  readonly run: () => unknown;
}

const codecSubjects: readonly GateSubject[] = [
  { id: 'scan-send', run: () => scanSendMessageV2(SEND, scan) },
  { id: 'decode-json', run: () => decodeCommand(frame) },
  { id: 'decode-rocketmq', run: () => decodeCommand(binaryFrame) },
  {
    id: 'encode-json',
    run: () => {
      out.reset();
      encodeCommand(out, command);
      return out;
    },
  },
  { id: 'write-record', run: () => writeRecord(slab, 0, record) },
  { id: 'batch-split', run: () => [...readBatchBody(batch)] },
];
