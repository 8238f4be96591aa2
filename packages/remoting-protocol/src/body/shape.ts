/**
 * JSON bodies as shapes: each member's type once, reading and writing from it. Members are written in alphabetical order
 * and left out when undefined, as fastjson does; unknown members are ignored and missing ones get Java's initial value.
 *
 * Source: remoting/protocol/RemotingSerializable.java, fastjson 1.2.61 JavaBeanSerializer (4.6.0)
 */
import { BodyFieldError, ProtocolError } from '../errors.ts';
import { JavaDouble, type JsonValue, objectKey, type WritableJson } from '../fastjson/json-value.ts';
import { parseFastjson } from '../fastjson/parse-fastjson.ts';
import { writeFastjson, type WriteFastjsonOptions } from '../fastjson/write-fastjson.ts';

export interface Shape<T> {
  /** @throws BodyFieldError; `value` undefined means that the member is missing */
  read(value: JsonValue | undefined, path: string): T;
  /** undefined leaves the member out. */
  write(value: T): WritableJson | undefined;
}

/** Whole numbers and texts of whole numbers; missing is `fallback`. */
export function wholeOr(fallback: number): Shape<number> {
  return {
    read(value, path) {
      if (value === undefined || value === null) return fallback;
      const number = typeof value === 'string' && /^[+-]?\d+$/.test(value) ? Number(value) : value;
      if (typeof number !== 'number') throw new BodyFieldError(path, 'is not a number');
      return Math.max(-Number.MAX_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, Math.trunc(number)));
    },
    write: (value) => value,
  };
}

export const whole: Shape<number> = wholeOr(0);

export const double: Shape<number> = {
  read(value, path) {
    if (value === undefined || value === null) return 0;
    if (typeof value !== 'number') throw new BodyFieldError(path, 'is not a number');
    return value;
  },
  write: (value) => new JavaDouble(value),
};

export function flagOr(fallback: boolean): Shape<boolean> {
  return {
    read(value, path) {
      if (value === undefined || value === null) return fallback;
      if (typeof value === 'boolean') return value;
      if (value === 'true' || value === 'false') return value === 'true';
      if (value === 0 || value === 1) return value === 1;
      throw new BodyFieldError(path, 'is not true or false');
    },
    write: (value) => value,
  };
}

/** A text that must be there. */
export const text: Shape<string> = {
  read(value, path) {
    if (value === undefined || value === null) throw new BodyFieldError(path, 'is missing');
    return readText(value, path);
  },
  write: (value) => value,
};

export function textOr(fallback: string): Shape<string> {
  return { read: (value, path) => (value === undefined || value === null ? fallback : readText(value, path)), write: (value) => value };
}

export const optionalText: Shape<string | undefined> = {
  read: (value, path) => (value === undefined || value === null ? undefined : readText(value, path)),
  write: (value) => value,
};

function readText(value: JsonValue, path: string): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new BodyFieldError(path, 'is not a text');
}

/** One of Java's enum names; missing is the first. */
export function oneOf<const T extends string>(...names: readonly [T, ...T[]]): Shape<T> {
  return {
    read(value, path) {
      if (value === undefined || value === null) return names[0];
      const known = names.find((name) => name === value);
      if (known === undefined) throw new BodyFieldError(path, `is none of ${names.join(', ')}`);
      return known;
    },
    write: (value) => value,
  };
}

/** Missing is empty. */
export function listOf<T>(item: Shape<T>): Shape<T[]> {
  return {
    read(value, path) {
      if (value === undefined || value === null) return [];
      if (!Array.isArray(value)) throw new BodyFieldError(path, 'is not a list');
      return value.map((member, index) => item.read(member, `${path}[${index}]`));
    },
    write: (values) => values.map((value) => item.write(value) ?? null),
  };
}

export function setOf<T>(item: Shape<T>): Shape<Set<T>> {
  const list = listOf(item);
  return { read: (value, path) => new Set(list.read(value, path)), write: (values) => list.write([...values]) };
}

/** Keys are names. Missing is empty. */
export function mapOf<T>(member: Shape<T>): Shape<Map<string, T>> {
  return {
    read: (value, path) => readEntries(value, path, (key) => key, member),
    write: (values) => new Map([...values].map(([key, value]) => [key, member.write(value) ?? null])),
  };
}

/** Keys are integers, written without quotes. Missing is empty. */
export function wholeMapOf<T>(member: Shape<T>): Shape<Map<number, T>> {
  const readKey = (key: string, path: string): number => {
    if (!/^[+-]?\d{1,16}$/.test(key)) throw new BodyFieldError(path, `has the key ${JSON.stringify(key.slice(0, 40))}, which is no integer`);
    return Number(key);
  };
  return {
    read: (value, path) => readEntries(value, path, readKey, member),
    write: (values) => new Map([...values].map(([key, value]) => [key, member.write(value) ?? null])),
  };
}

/** Keys are objects. Missing is empty. */
export function pairsOf<K, T>(key: Shape<K>, member: Shape<T>): Shape<[K, T][]> {
  const readKey = (keyText: string, path: string): K => key.read(parseFastjson(keyText), `${path} key`);
  return {
    read: (value, path) => [...readEntries(value, path, readKey, member)],
    write: (pairs) => new Map(pairs.map(([mapKey, value]) => [objectKey(key.write(mapKey) as ReadonlyMap<string, WritableJson>), member.write(value) ?? null])),
  };
}

function readEntries<K, T>(value: JsonValue | undefined, path: string, readKey: (key: string, path: string) => K, member: Shape<T>): Map<K, T> {
  if (value === undefined || value === null) return new Map();
  if (!(value instanceof Map)) throw new BodyFieldError(path, 'is not an object');
  const entries = new Map<K, T>();
  for (const [key, inner] of value) entries.set(readKey(key, path), member.read(inner, `${path}.${key.slice(0, 80)}`));
  return entries;
}

/** Undefined when missing or null. */
export function optionalOf<T>(shape: Shape<T>): Shape<T | undefined> {
  return {
    read: (value, path) => (value === undefined || value === null ? undefined : shape.read(value, path)),
    write: (value) => (value === undefined ? undefined : shape.write(value)),
  };
}

/** An object with known members. `derived` members are written and not read: Java's getters without a field. */
export function objectOf<T extends object>(name: string, members: { readonly [K in keyof T]-?: Shape<T[K]> }, derived: Record<string, (value: T) => WritableJson> = {}): Shape<T> {
  const shapes = Object.entries(members) as [keyof T & string, Shape<unknown>][];
  const writers = new Map<string, (value: T) => WritableJson | undefined>();
  for (const [key, shape] of shapes) writers.set(key, (value) => shape.write(value[key]));
  for (const [key, write] of Object.entries(derived)) writers.set(key, write);
  const sorted = [...writers].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    read(value, path) {
      const where = path === '' ? name : path;
      if (!(value instanceof Map)) throw new BodyFieldError(where, 'is not an object');
      const result: Record<string, unknown> = {};
      for (const [key, shape] of shapes) result[key] = shape.read(value.get(key), `${where}.${key}`);
      return result as T;
    },
    write(value) {
      const out = new Map<string, WritableJson>();
      for (const [key, write] of sorted) {
        const written = write(value);
        if (written !== undefined) out.set(key, written);
      }
      return out;
    },
  };
}

/** `pretty` is the form of the files under `config/`. */
export function encodeBody<T>(shape: Shape<T>, value: T, options?: WriteFastjsonOptions): Buffer {
  return Buffer.from(writeFastjson(shape.write(value) ?? null, options), 'utf8');
}

/** @throws ProtocolError JSON_SYNTAX or BODY_FIELD */
export function decodeBody<T>(shape: Shape<T>, body: Buffer): T {
  return decodeBodyText(shape, body.toString('utf8'));
}

export function decodeBodyText<T>(shape: Shape<T>, content: string): T {
  if (content.trim() === '') throw new ProtocolError('JSON_SYNTAX', 'not valid JSON: empty');
  return shape.read(parseFastjson(content), '');
}
