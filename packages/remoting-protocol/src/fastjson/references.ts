/**
 * fastjson writes an object it has written before as `{"$ref":"$.path"}`. This puts the object back. Only paths from the
 * root to a part that holds no reference itself are followed; `..`, `@`, loops and dangling paths become null. What
 * references may stand for in total is bounded, or a small text could unfold into a huge value.
 *
 * Source: fastjson 1.2.61 SerializeWriter, JSONSerializer.writeReference
 */
import { ProtocolError } from '../errors.ts';
import type { JsonObject, JsonValue } from './json-value.ts';

const REFERENCED_VALUES_MAX = 200_000;

export function resolveReferences(root: JsonValue): JsonValue {
  let budget = REFERENCED_VALUES_MAX;

  /** Whether a target holds no reference. Every value looked at is paid for. */
  function isPlain(value: JsonValue): boolean {
    if (--budget < 0) throw new ProtocolError('JSON_SYNTAX', 'JSON references stand for too much');
    if (referenceOf(value) !== undefined) return false;
    if (value instanceof Map) {
      for (const member of value.values()) if (!isPlain(member)) return false;
    } else if (Array.isArray(value)) {
      for (const member of value) if (!isPlain(member)) return false;
    }
    return true;
  }

  // Paths lead through the tree as it was parsed, so replacing must not change it: a new tree is built.
  function resolved(value: JsonValue): JsonValue {
    const path = referenceOf(value);
    if (path !== undefined) {
      const target = follow(root, path);
      return target !== undefined && isPlain(target) ? target : null;
    }
    if (Array.isArray(value)) return value.map(resolved);
    if (value instanceof Map) return new Map([...value].map(([key, member]) => [key, resolved(member)]));
    return value;
  }

  return resolved(root);
}

function referenceOf(value: JsonValue): string | undefined {
  if (!(value instanceof Map) || value.size !== 1) return undefined;
  const path = (value as JsonObject).get('$ref');
  return typeof path === 'string' ? path : undefined;
}

/** `$.name[0]['odd name']` */
function follow(root: JsonValue, path: string): JsonValue | undefined {
  if (!path.startsWith('$')) return undefined;
  let value: JsonValue | undefined = root;
  const step = /\.([^.[\]]+)|\[(\d+)\]|\[(["'])(.*?)\3\]/y;
  step.lastIndex = 1;
  while (step.lastIndex < path.length) {
    const match = step.exec(path);
    if (match === null) return undefined;
    const name = match[1] ?? match[4];
    if (name !== undefined) value = value instanceof Map ? value.get(name.replace(/\\(.)/g, '$1')) : undefined;
    else value = Array.isArray(value) ? value[Number(match[2])] : value instanceof Map ? value.get(match[2] as string) : undefined;
    if (value === undefined) return undefined;
  }
  return value;
}
