/**
 * A header class of Java as a schema: field names and types once, encode and decode from them. Field names are the keys on
 * the wire. Decoding is stricter than Java, which swallows a missing or malformed field and fails later on null.
 *
 * Field type | text form
 * string     | as it is
 * int        | decimal int32
 * long       | decimal int64; beyond ±(2^53 − 1) it becomes that bound
 * boolean    | `true` in any case is true, everything else false
 * double     | decimal
 *
 * Source: remoting/protocol/RemotingCommand.java makeCustomHeaderToNet, decodeCommandCustomHeader (4.6.0)
 */
import { HeaderFields } from '../command/header-fields.ts';
import { type FieldType, type FieldValue, type HeaderLayout, layoutOf, type Presence } from '../command/header-layout.ts';
import type { ExtFields } from '../command/remoting-command.ts';
import { HeaderFieldError } from '../errors.ts';

/** One field. `T` is its type, `P` whether it may be absent when encoding. */
export interface HeaderField<T, P extends Presence> {
  readonly type: FieldType;
  readonly presence: P;
  readonly fallback: T;
}

// The values in `fallback` of required fields are never used; they only carry the type.
export const required = {
  string: { type: 'string', presence: 'required', fallback: '' } as HeaderField<string, 'required'>,
  int: { type: 'int', presence: 'required', fallback: 0 } as HeaderField<number, 'required'>,
  long: { type: 'long', presence: 'required', fallback: 0 } as HeaderField<number, 'required'>,
  boolean: { type: 'boolean', presence: 'required', fallback: false } as HeaderField<boolean, 'required'>,
};

export const optional = {
  string: { type: 'string', presence: 'optional', fallback: undefined } as HeaderField<string | undefined, 'optional'>,
  int: { type: 'int', presence: 'optional', fallback: undefined } as HeaderField<number | undefined, 'optional'>,
  long: { type: 'long', presence: 'optional', fallback: undefined } as HeaderField<number | undefined, 'optional'>,
  boolean: { type: 'boolean', presence: 'optional', fallback: undefined } as HeaderField<boolean | undefined, 'optional'>,
};

/** Java's primitives and initialised fields: always sent, and this when absent. */
export function boolean(fallback: boolean): HeaderField<boolean, 'default'> {
  return { type: 'boolean', presence: 'default', fallback };
}

export function int(fallback: number): HeaderField<number, 'default'> {
  return { type: 'int', presence: 'default', fallback };
}

export function long(fallback: number): HeaderField<number, 'default'> {
  return { type: 'long', presence: 'default', fallback };
}

type Schema = Record<string, HeaderField<unknown, Presence>>;
type Decoded<S extends Schema> = { -readonly [K in keyof S]: S[K] extends HeaderField<infer T, Presence> ? T : never };
type RequiredKeys<S extends Schema> = { [K in keyof S]: S[K] extends HeaderField<unknown, 'required'> ? K : never }[keyof S];
type Given<S extends Schema> = Pick<Decoded<S>, RequiredKeys<S>> & { [K in Exclude<keyof S, RequiredKeys<S>>]?: Decoded<S>[K] | undefined };

/** `H` as decoded; `G` as given to encode, where optional and defaulted fields may be left out. */
export interface HeaderCodec<H, G = H> {
  /** Java's class name. */
  readonly name: string;
  /** Keys on the wire, in Java's order. */
  readonly fields: readonly string[];
  /** How they stand in a JSON header. */
  readonly layout: HeaderLayout;
  /** `header` must not change until it is sent. */
  encode(header: G): ExtFields;
  /** @throws HeaderFieldError naming the field: answer the request with its text */
  decode(extFields: ExtFields | undefined): H;
}

/** The decoded type of a header: `HeaderOf<typeof PullMessageRequestHeader>`. */
export type HeaderOf<C> = C extends HeaderCodec<infer H, infer _G> ? H : never;

const NO_FIELDS: ExtFields = new Map();

/**
 * @param name Java's class name, for errors
 * @param wireNames fields whose key on the wire is not their name (SendMessageRequestHeaderV2)
 */
export function defineHeader<S extends Schema>(name: string, schema: S, wireNames: { readonly [K in keyof S]?: string } = {}): HeaderCodec<Decoded<S>, Given<S>> {
  const fields = Object.entries(schema).map(([key, field]) => ({ ...field, name: key, wire: wireNames[key] ?? key, fallback: field.fallback as FieldValue | undefined }));
  const layout = layoutOf(fields);
  return {
    name,
    fields: fields.map(({ wire }) => wire),
    layout,
    encode(header) {
      return HeaderFields.toWrite(layout, header);
    },
    decode(extFields) {
      if (extFields instanceof HeaderFields) {
        const header = extFields.headerBy(layout);
        if (header !== undefined) return header as Decoded<S>;
      }
      const source = extFields ?? NO_FIELDS;
      const header: Record<string, unknown> = {};
      for (const { name: key, wire, type, presence, fallback } of fields) {
        const text = source.get(wire);
        if (text === undefined) {
          if (presence === 'required') throw new HeaderFieldError(name, fieldLabel(key, wire), 'is missing');
          header[key] = fallback;
        } else {
          header[key] = parseField(type, text, name, fieldLabel(key, wire));
        }
      }
      return header as Decoded<S>;
    },
  };
}

function fieldLabel(key: string, wire: string): string {
  return key === wire ? key : `${key} (${wire})`;
}

function parseField(type: FieldType, text: string, name: string, field: string): FieldValue {
  switch (type) {
    case 'string':
      return text;
    case 'boolean':
      return text.toLowerCase() === 'true';
    case 'int':
      return parseWhole(text, 10, name, field, 'an int');
    case 'long':
      return parseWhole(text, 19, name, field, 'a long');
    case 'double': {
      const value = Number(text);
      if (text.trim() === '' || Number.isNaN(value)) throw new HeaderFieldError(name, field, `is not a number: ${shown(text)}`);
      return value;
    }
  }
}

const INT64_MAX_DIGITS = '9223372036854775807';
const INT64_MIN_DIGITS = '9223372036854775808';

/** Java's parseInt and parseLong: an optional sign, ASCII digits, nothing else, in range. */
function parseWhole(text: string, digitsMax: 10 | 19, name: string, field: string, what: string): number {
  const first = text.charCodeAt(0);
  const signed = first === 0x2d || first === 0x2b;
  let at = signed ? 1 : 0;
  const firstDigit = at;
  let value = 0;
  for (; at < text.length; at++) {
    const digit = text.charCodeAt(at) - 48;
    if (digit < 0 || digit > 9) throw new HeaderFieldError(name, field, `is not ${what}: ${shown(text)}`);
    value = value * 10 + digit;
  }
  if (at === firstDigit) throw new HeaderFieldError(name, field, `is not ${what}: ${shown(text)}`);
  if (first === 0x2d) value = 0 - value;
  if (digitsMax === 10) {
    if (value > 0x7fffffff || value < -0x80000000) throw new HeaderFieldError(name, field, `is not ${what}: ${shown(text)}`);
    return value;
  }
  if (value <= Number.MAX_SAFE_INTEGER && value >= -Number.MAX_SAFE_INTEGER) return value;
  const digits = text.slice(firstDigit).replace(/^0+/, '');
  const bound = first === 0x2d ? INT64_MIN_DIGITS : INT64_MAX_DIGITS;
  if (digits.length > digitsMax || (digits.length === digitsMax && digits > bound)) throw new HeaderFieldError(name, field, `is not ${what}: ${shown(text)}`);
  return value > 0 ? Number.MAX_SAFE_INTEGER : -Number.MAX_SAFE_INTEGER;
}

/** What came, short and without line breaks, for a log. */
function shown(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}
