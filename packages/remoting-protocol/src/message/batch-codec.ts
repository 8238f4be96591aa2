/**
 * Body of SEND_BATCH_MESSAGE: items one behind the other. Big-endian.
 *
 * size  | type  | field
 * 4     | int32 | totalSize of the item
 * 4     | int32 | magic, 0
 * 4     | int32 | bodyCRC, 0
 * 4     | int32 | flag
 * 4 + n | bytes | body
 * 2 + n | text  | properties
 *
 * Source: common/message/MessageDecoder.java encodeMessage, encodeMessages, decodeMessages (4.6.0)
 */
import { readInt32 } from '../bytes/int64.ts';
import { ByteWriter } from '../bytes/byte-writer.ts';
import { ProtocolError } from '../errors.ts';
import type { Message } from './message.ts';
import { writeProperties } from './properties-codec.ts';
import { RECORD_PROPERTIES_BYTES_MAX } from './record-layout.ts';

const ITEM_FIXED_BYTES = 22;
/** Of an item without its body: UNIQ_KEY, WAIT and some more properties. */
const EXPECTED_OVERHEAD_BYTES = 160;

/** One message of a batch. Views of the batch body. */
export interface BatchItem {
  readonly flag: number;
  readonly body: Buffer;
  readonly properties: Buffer;
}

/** @throws ProtocolError BATCH_BODY when the properties of a message are too long */
export function encodeBatchBody(messages: readonly Pick<Message, 'flag' | 'body' | 'properties'>[]): Buffer {
  let expectedBytes = 0;
  for (const { body } of messages) expectedBytes += body.length + EXPECTED_OVERHEAD_BYTES;
  const out = new ByteWriter(expectedBytes);
  for (const { flag, body, properties } of messages) {
    const start = out.position;
    out.i32(0);
    out.i32(0);
    out.i32(0);
    out.i32(flag);
    out.i32(body.length);
    out.bytes(body);
    const propertiesAt = out.position;
    out.i16(0);
    writeProperties(out, properties);
    const propertiesBytes = out.position - propertiesAt - 2;
    if (propertiesBytes > RECORD_PROPERTIES_BYTES_MAX) throw new ProtocolError('BATCH_BODY', `properties of ${propertiesBytes} bytes, limit ${RECORD_PROPERTIES_BYTES_MAX}`);
    out.buffer[propertiesAt] = propertiesBytes >>> 8;
    out.buffer[propertiesAt + 1] = propertiesBytes;
    out.patchI32(start, out.position - start);
  }
  return out.view();
}

/**
 * The items in order. Nothing is copied.
 *
 * @throws ProtocolError BATCH_BODY at the first item whose lengths contradict each other or the body
 */
export function* readBatchBody(batch: Buffer): Generator<BatchItem, void, undefined> {
  let at = 0;
  while (at < batch.length) {
    const size = itemSize(batch, at);
    const bodyAt = at + 20;
    const bodyEnd = bodyAt + readInt32(batch, at + 16);
    yield { flag: readInt32(batch, at + 12), body: batch.subarray(bodyAt, bodyEnd), properties: batch.subarray(bodyEnd + 2, at + size) };
    at += size;
  }
}

function itemSize(batch: Buffer, at: number): number {
  const left = batch.length - at;
  if (left < ITEM_FIXED_BYTES) throw broken(at, `${left} bytes are too few for an item`);
  const size = readInt32(batch, at);
  const bodyBytes = readInt32(batch, at + 16);
  if (size < ITEM_FIXED_BYTES || size > left) throw broken(at, `item of ${size} bytes`);
  if (bodyBytes < 0 || bodyBytes > size - ITEM_FIXED_BYTES) throw broken(at, `body of ${bodyBytes} bytes`);
  const propertiesBytes = batch.readInt16BE(at + 20 + bodyBytes);
  if (propertiesBytes !== size - ITEM_FIXED_BYTES - bodyBytes) throw broken(at, `properties of ${propertiesBytes} bytes`);
  return size;
}

function broken(at: number, what: string): ProtocolError {
  return new ProtocolError('BATCH_BODY', `batch is broken at byte ${at}: ${what}`);
}
