import assert from 'node:assert/strict';
import { decodeRecord, recordSizeOf, writeRecord } from '@rocketmq-ts/remoting-protocol';
import protobuf from 'protobufjs';
import { recordFieldsOf, TAGGED_PROPERTIES } from '../message.ts';
import type { Subject } from '../subject.ts';

const STRINGIFY = 'Buffer.from(JSON.stringify()), body as Base64';
const RecordMessage = protobuf.parse(`
  syntax = "proto3";
  message Host { bytes ip = 1; int32 port = 2; }
  message Record {
    string topic = 1; int32 queueId = 2; int32 flag = 3; int32 sysFlag = 4; double queueOffset = 5; double physicalOffset = 6;
    double bornTimestamp = 7; string bornHost = 8; double storeTimestamp = 9; string storeHost = 10; int32 reconsumeTimes = 11;
    double preparedTransactionOffset = 12; bytes body = 13; bytes properties = 14;
  }`).root.lookupType('Record');

export async function open(): Promise<readonly Subject[]> {
  return [128, 1024].map(subjectOf);
}

function subjectOf(bodyBytes: number): Subject {
  const fields = recordFieldsOf(bodyBytes, TAGGED_PROPERTIES);
  const size = recordSizeOf(fields);
  const slab = Buffer.alloc(size);
  const plain = { ...fields, bornHost: '127.0.0.1:54321', storeHost: '127.0.0.1:10911' };
  const message = RecordMessage.create(plain);
  const stringify = (): Buffer => Buffer.from(JSON.stringify({ ...plain, body: plain.body.toString('base64'), properties: plain.properties.toString() }));
  return {
    id: `record-encode-${bodyBytes}`,
    title: `Record encode: ${bodyBytes} B of body, ${size} B of record (with the CRC of the body)`,
    unit: 'record',
    unitsPerRun: 1,
    contestants: [
      { name: 'writeRecord', run: () => writeRecord(slab, 0, fields) },
      { name: STRINGIFY, run: stringify },
      { name: 'protobufjs encode', run: () => RecordMessage.encode(message).finish() },
    ],
    check() {
      assert.equal(writeRecord(slab, 0, fields), size);
      const { topic, queueOffset, commitLogOffset, bornHost, storeTimestamp, body } = decodeRecord(slab);
      assert.deepEqual({ topic, queueOffset, commitLogOffset, bornHost, storeTimestamp, body }, { topic: fields.topic, queueOffset: fields.queueOffset, commitLogOffset: fields.physicalOffset, bornHost: fields.bornHost, storeTimestamp: fields.storeTimestamp, body: fields.body });
      const parsed = JSON.parse(stringify().toString()) as typeof plain & { body: string; properties: string };
      assert.deepEqual({ ...parsed, body: Buffer.from(parsed.body, 'base64'), properties: Buffer.from(parsed.properties) }, plain);
      assert.deepEqual(RecordMessage.toObject(RecordMessage.decode(RecordMessage.encode(message).finish()), { defaults: true }), plain);
    },
  };
}
