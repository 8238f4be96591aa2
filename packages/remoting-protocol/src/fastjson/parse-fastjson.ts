/**
 * Text → value, for what fastjson writes and what it forgives: unquoted keys, object keys, single quotes, `Set[…]` and
 * `TreeSet[…]`, commas too many, comments, `12L`, NaN, `{"$ref":…}`. Used for bodies and files; headers have a scanner of
 * their own. Depth is bounded; the length is what the frame allowed.
 *
 * Source: fastjson 1.2.61 DefaultJSONParser, JSONLexerBase (tried with it: see fastjson.test.ts)
 */
import type { ProtocolError } from '../errors.ts';
import type { JsonObject, JsonValue } from './json-value.ts';
import { Lexer } from './lexer.ts';
import { resolveReferences } from './references.ts';
import { writeFastjson } from './write-fastjson.ts';

const DEPTH_MAX = 64;

/** @throws ProtocolError JSON_SYNTAX */
export function parseFastjson(text: string): JsonValue {
  const lexer = new Lexer(text);
  const parser = new Parser(lexer);
  const value = parser.value(0);
  lexer.end();
  return parser.hasReferences ? resolveReferences(value) : value;
}

class Parser {
  readonly #lexer: Lexer;
  hasReferences = false;

  constructor(lexer: Lexer) {
    this.#lexer = lexer;
  }

  value(depth: number): JsonValue {
    if (depth > DEPTH_MAX) throw this.#lexer.syntax(`deeper than ${DEPTH_MAX}`);
    const lexer = this.#lexer;
    switch (lexer.peek()) {
      case '{':
        return this.#object(depth);
      case '[':
        return this.#list(depth);
      case '"':
      case "'":
        return lexer.string();
      default:
        return this.#word(depth);
    }
  }

  #object(depth: number): JsonObject {
    const lexer = this.#lexer;
    lexer.take('{');
    const members: JsonObject = new Map();
    for (;;) {
      while (lexer.accept(','));
      if (lexer.accept('}')) break;
      const key = this.#key(depth);
      lexer.take(':');
      members.set(key, this.value(depth + 1));
      if (lexer.peek() !== ',' && lexer.peek() !== '}') throw lexer.syntax("',' or '}' expected");
    }
    if (members.size === 1 && typeof members.get('$ref') === 'string') this.hasReferences = true;
    return members;
  }

  /** A key of any kind as text; an object or list as its compact JSON with sorted members. */
  #key(depth: number): string {
    const lexer = this.#lexer;
    switch (lexer.peek()) {
      case '"':
      case "'":
        return lexer.string();
      case '{':
      case '[':
        return canonicalText(this.value(depth + 1));
      default:
        return lexer.word();
    }
  }

  #list(depth: number): JsonValue[] {
    const lexer = this.#lexer;
    lexer.take('[');
    const values: JsonValue[] = [];
    for (;;) {
      while (lexer.accept(','));
      if (lexer.accept(']')) return values;
      values.push(this.value(depth + 1));
      if (lexer.peek() !== ',' && lexer.peek() !== ']') throw lexer.syntax("',' or ']' expected");
    }
  }

  #word(depth: number): JsonValue {
    const lexer = this.#lexer;
    const word = lexer.word();
    switch (word) {
      case 'true':
        return true;
      case 'false':
        return false;
      case 'null':
      case 'undefined':
      case 'NaN':
        return null;
      case 'Set':
      case 'TreeSet':
        if (lexer.peek() === '[') return this.#list(depth);
        break;
      default:
    }
    return numberOf(word) ?? fail(lexer.syntax(`unknown word ${JSON.stringify(word.slice(0, 40))}`));
  }
}

function fail(error: ProtocolError): never {
  throw error;
}

const NUMBER = /^([+-]?\d+(?:\.\d*)?(?:[eE][+-]?\d+)?)[LSBFD]?$/;

/** Whole numbers beyond ±(2^53 − 1) become that bound. */
function numberOf(word: string): number | undefined {
  const match = NUMBER.exec(word);
  if (match === null) return undefined;
  const value = Number(match[1]);
  if (Number.isFinite(value) && !Number.isInteger(value)) return value;
  return Math.max(-Number.MAX_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, value)) + 0;
}

/** Equal for equal objects whatever the order of their members. */
export function canonicalText(value: JsonValue): string {
  return writeFastjson(sorted(value));
}

function sorted(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(sorted);
  if (!(value instanceof Map)) return value;
  return new Map([...value].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([key, member]) => [key, sorted(member)]));
}
