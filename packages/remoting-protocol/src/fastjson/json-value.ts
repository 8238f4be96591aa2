/**
 * The values of fastjson's dialect. Objects are Maps, because their keys come from outside. Two things JSON does not have
 * are spelled out for the writer: a key that is an object (`ObjectKey`) and a number that Java holds as double.
 */

export type JsonValue = null | boolean | number | string | JsonValue[] | JsonObject;
export type JsonObject = Map<string, JsonValue>;

/** What `writeFastjson` takes: also number keys (written unquoted), object keys, doubles. */
export type WritableJson = null | boolean | number | string | JavaDouble | readonly WritableJson[] | ReadonlyMap<string | number | ObjectKey, WritableJson>;

/** A Map key that is written as an object literal: Java's Map<MessageQueue, …>. */
export class ObjectKey {
  readonly fields: ReadonlyMap<string, WritableJson>;

  constructor(fields: ReadonlyMap<string, WritableJson>) {
    this.fields = fields;
  }
}

export function objectKey(fields: ReadonlyMap<string, WritableJson>): ObjectKey {
  return new ObjectKey(fields);
}

/** A number that Java prints as a double: `0.0`, `1.5E7`. */
export class JavaDouble {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }
}

/** `Double.toString` of Java; NaN and the infinities are `null`, as fastjson writes them. */
export function javaDoubleText(value: number): string {
  if (!Number.isFinite(value)) return 'null';
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0';
  const size = Math.abs(value);
  if (size >= 1e-3 && size < 1e7) {
    const plain = String(value);
    return plain.includes('.') ? plain : `${plain}.0`;
  }
  const [digits = '', exponent = ''] = value.toExponential().split('e');
  return `${digits.includes('.') ? digits : `${digits}.0`}E${Number(exponent)}`;
}
