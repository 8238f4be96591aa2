/**
 * Texts by name.
 *
 * Source: common/protocol/body/KVTable.java (4.6.0)
 */
import type { WriteFastjsonOptions } from '../fastjson/write-fastjson.ts';
import { decodeBody, encodeBody, mapOf, objectOf, type Shape, text } from './shape.ts';

export interface KVTable {
  table: Map<string, string>;
}

export const kvTableShape: Shape<KVTable> = objectOf<KVTable>('KVTable', {
  table: mapOf(text),
});

export function encodeKVTable(value: KVTable, options?: WriteFastjsonOptions): Buffer {
  return encodeBody(kvTableShape, value, options);
}

/** @throws ProtocolError */
export function decodeKVTable(body: Buffer): KVTable {
  return decodeBody(kvTableShape, body);
}
