// What the gate watches: synchronous steps on the path of a message, each some hundred nanoseconds.
import { ByteWriter, decodeCommand, encodeBatchBody, encodeCommand, newSendMessageScan, readBatchBody, recordSizeOf, scanSendMessageV2, SerializeType, writeRecord } from '@rocketmq-ts/remoting-protocol';
import { PROPERTIES, recordFieldsOf, sendRequestText } from '../micro/message.ts';
import { envWithoutWrites, messageOf, openBenchmarkStore } from '../micro/stores.ts';

const SEND = Buffer.from(sendRequestText(PROPERTIES));
const frame = { serializeType: SerializeType.JSON, header: SEND, body: undefined };
const command = decodeCommand(frame);
const binaryOut = new ByteWriter(1024);
encodeCommand(binaryOut, Object.assign(decodeCommand(frame), { serializeType: SerializeType.ROCKETMQ }));
const binaryFrame = { serializeType: SerializeType.ROCKETMQ, header: binaryOut.copy().subarray(8), body: undefined };

const scan = newSendMessageScan();
const out = new ByteWriter(1024);
const record = recordFieldsOf(128, PROPERTIES);
const slab = Buffer.alloc(recordSizeOf(record));
const batch = encodeBatchBody(Array.from({ length: 10 }, () => ({ flag: 0, body: Buffer.alloc(128), properties: new Map([['TAGS', 'TagA']]) })));

/** Appends without a disk: encoding, offsets, slab. What a turn does then is not in the time. */
export async function openGateSubjects(): Promise<{ readonly subjects: readonly GateSubject[]; close(): Promise<void> }> {
  const { store, close } = await openBenchmarkStore(envWithoutWrites());
  const message = messageOf(128, PROPERTIES);
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
