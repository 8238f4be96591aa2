/**
 * The answer to a successful send as a whole frame, without building a command: the broker writes one for every message.
 * The bytes are those of the generic encoder for the same fields, in the order Java's HashMap happens to give them.
 *
 * Source: broker/processor/SendMessageProcessor.java handlePutMessageResult, SendMessageResponseHeader.java (4.6.0)
 */
import type { ByteWriter } from '../bytes/byte-writer.ts';
import { writeInt32, writeInt64 } from '../bytes/int64.ts';
import { putBytes, writeDecimal } from '../bytes/text.ts';
import { HOST_V6_BYTES, writeHost } from '../message/host-address.ts';
import type { HostAddress } from '../message/message.ts';
import { writeJsonText } from './json-text.ts';

export interface SendMessageResponseFields {
  readonly opaque: number;
  /** SUCCESS, or one of the codes that still mean stored. */
  readonly code: number;
  /** From `offsetMsgIdPrefix`, made once per store host. */
  readonly msgIdPrefix: Buffer;
  /** One for a message, several for a batch. */
  readonly physicalOffsets: readonly number[];
  readonly queueId: number;
  readonly queueOffset: number;
  readonly regionId: string;
  readonly traceOn: boolean;
  readonly transactionId?: string | undefined;
}

/** The part of an offset message id that is the same for all messages of a store host, as ASCII hex. */
export function offsetMsgIdPrefix(storeHost: HostAddress): Buffer {
  const bytes = Buffer.alloc(HOST_V6_BYTES);
  const end = writeHost(bytes, 0, storeHost);
  return Buffer.from(bytes.toString('hex', 0, end).toUpperCase(), 'latin1');
}

const CODE = Buffer.from('{"code":');
const QUEUE_ID = Buffer.from(',"extFields":{"queueId":"');
const TRACE_ON = Buffer.from('","TRACE_ON":"true","MSG_REGION":');
const TRACE_OFF = Buffer.from('","TRACE_ON":"false","MSG_REGION":');
const MSG_ID = Buffer.from(',"msgId":"');
const QUEUE_OFFSET = Buffer.from('","queueOffset":"');
const TRANSACTION_ID = Buffer.from('","transactionId":');
const OPAQUE = Buffer.from('},"flag":1,"language":"JAVA","opaque":');
const TAIL = Buffer.from(',"serializeTypeCurrentRPC":"JSON","version":333}');
const HEX = Buffer.from('0123456789ABCDEF');
const FIXED_BYTES = 512;

const offsetBytes = Buffer.alloc(8);

/** Appends the whole frame. */
export function encodeSendMessageResponse(out: ByteWriter, fields: SendMessageResponseFields): void {
  const start = out.reserve(FIXED_BYTES + fields.physicalOffsets.length * (fields.msgIdPrefix.length + 17));
  let { buffer } = out;
  let at = putBytes(buffer, start + 8, CODE);
  at = putBytes(buffer, writeDecimal(buffer, at, fields.code), QUEUE_ID);
  at = putBytes(buffer, writeDecimal(buffer, at, fields.queueId), fields.traceOn ? TRACE_ON : TRACE_OFF);
  out.position = at;
  writeJsonText(out, fields.regionId);
  at = out.reserve(FIXED_BYTES + fields.physicalOffsets.length * (fields.msgIdPrefix.length + 17));
  ({ buffer } = out);
  at = putMsgIds(buffer, putBytes(buffer, at, MSG_ID), fields);
  at = writeDecimal(buffer, putBytes(buffer, at, QUEUE_OFFSET), fields.queueOffset);
  if (fields.transactionId === undefined) {
    buffer[at++] = 0x22;
  } else {
    out.position = putBytes(buffer, at, TRANSACTION_ID);
    writeJsonText(out, fields.transactionId);
    at = out.reserve(FIXED_BYTES);
    ({ buffer } = out);
  }
  at = putBytes(buffer, writeDecimal(buffer, putBytes(buffer, at, OPAQUE), fields.opaque), TAIL);
  out.position = at;
  writeInt32(buffer, start, at - start - 4);
  // The high byte is the serialize type JSON, 0.
  writeInt32(buffer, start + 4, at - start - 8);
}

function putMsgIds(buffer: Buffer, start: number, fields: SendMessageResponseFields): number {
  let at = start;
  for (let index = 0; index < fields.physicalOffsets.length; index++) {
    if (index > 0) buffer[at++] = 0x2c;
    at = putBytes(buffer, at, fields.msgIdPrefix);
    writeInt64(offsetBytes, 0, fields.physicalOffsets[index] as number);
    for (let byteIndex = 0; byteIndex < 8; byteIndex++) {
      const byte = offsetBytes[byteIndex] as number;
      buffer[at++] = HEX[byte >>> 4] as number;
      buffer[at++] = HEX[byte & 15] as number;
    }
  }
  return at;
}
