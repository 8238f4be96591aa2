/**
 * When a table was changed last, and how often: whoever mirrors it compares both.
 *
 * Source: common/DataVersion.java (4.6.0)
 */
import type { WriteFastjsonOptions } from '../fastjson/write-fastjson.ts';
import { decodeBody, encodeBody, objectOf, type Shape, whole } from './shape.ts';

export interface DataVersion {
  timestamp: number;
  counter: number;
}

export const dataVersionShape: Shape<DataVersion> = objectOf<DataVersion>('DataVersion', {
  timestamp: whole,
  counter: whole,
});

export function encodeDataVersion(value: DataVersion, options?: WriteFastjsonOptions): Buffer {
  return encodeBody(dataVersionShape, value, options);
}

/** @throws ProtocolError */
export function decodeDataVersion(body: Buffer): DataVersion {
  return decodeBody(dataVersionShape, body);
}

/** Same state on both sides. */
export function sameDataVersion(a: DataVersion, b: DataVersion): boolean {
  return a.timestamp === b.timestamp && a.counter === b.counter;
}

/** Missing is the beginning: Java then has one made now, which nobody else can have. */
export const dataVersionOrStart: Shape<DataVersion> = {
  read: (value, path) => (value === undefined || value === null ? { timestamp: 0, counter: 0 } : dataVersionShape.read(value, path)),
  write: (value) => dataVersionShape.write(value),
};
