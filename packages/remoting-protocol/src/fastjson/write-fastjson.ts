/**
 * Value → text as fastjson 1.2.61 writes it, compact or with its pretty format (tabs; keys that are no strings stay on the
 * line of the brace: topics.json, consumerOffset.json and the others look so).
 *
 * Source: common/ConfigManager.java, remoting/protocol/RemotingSerializable.java toJson (4.6.0); fastjson MapSerializer,
 * ListSerializer, SerializeWriter (1.2.61)
 */
import { isEscapedByFastjson } from '../command/json-text.ts';
import { JavaDouble, javaDoubleText, type ObjectKey, type WritableJson } from './json-value.ts';

export interface WriteFastjsonOptions {
  readonly pretty?: boolean;
}

/** Members in the order of the Maps. */
export function writeFastjson(value: WritableJson, options: WriteFastjsonOptions = {}): string {
  return write(value, options.pretty === true ? 0 : -1);
}

/** `depth` −1 is compact. */
function write(value: WritableJson, depth: number): string {
  if (value === null) return 'null';
  switch (typeof value) {
    case 'string':
      return jsonString(value);
    case 'number':
      return Number.isFinite(value) ? decimal(value) : 'null';
    case 'boolean':
      return value ? 'true' : 'false';
    default:
  }
  if (value instanceof JavaDouble) return javaDoubleText(value.value);
  if (value instanceof Map) return writeObject(value, depth);
  return writeList(value as readonly WritableJson[], depth);
}

function writeObject(value: ReadonlyMap<string | number | ObjectKey, WritableJson>, depth: number): string {
  if (value.size === 0) return '{}';
  const inner = depth < 0 ? -1 : depth + 1;
  let text = '{';
  let first = true;
  for (const [key, member] of value) {
    if (first) first = false;
    else text += ',';
    if (typeof key === 'string') text += `${lineBreak(inner)}${jsonString(key)}:`;
    else if (typeof key === 'number') text += `${decimal(key)}:`;
    else text += `${write(key.fields, inner)}:`;
    text += write(member, inner);
  }
  return `${text}${lineBreak(depth)}}`;
}

function writeList(values: readonly WritableJson[], depth: number): string {
  if (values.length === 0) return '[]';
  const inner = depth < 0 ? -1 : depth + 1;
  let text = '[';
  for (let index = 0; index < values.length; index++) {
    if (index > 0) text += ',';
    text += lineBreak(inner) + write(values[index] as WritableJson, inner);
  }
  return `${text}${lineBreak(depth)}]`;
}

function lineBreak(depth: number): string {
  return depth < 0 ? '' : `\n${'\t'.repeat(depth)}`;
}

/** Never in exponent form: a Java long is not. */
function decimal(value: number): string {
  return Number.isInteger(value) && Math.abs(value) >= 1e21 ? BigInt(value).toString() : String(value);
}

const LETTERS = new Map<number, string>([
  [0x08, '\\b'],
  [0x09, '\\t'],
  [0x0a, '\\n'],
  [0x0c, '\\f'],
  [0x0d, '\\r'],
  [0x22, '\\"'],
  [0x5c, '\\\\'],
]);

/** Quoted and escaped; see command/json-text.ts for the same into bytes. */
export function jsonString(text: string): string {
  let plainFrom = 0;
  let out = '"';
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (!isEscapedByFastjson(unit)) continue;
    out += text.slice(plainFrom, index) + (LETTERS.get(unit) ?? `\\u${unit.toString(16).toUpperCase().padStart(4, '0')}`);
    plainFrom = index + 1;
  }
  return `${out}${text.slice(plainFrom)}"`;
}
