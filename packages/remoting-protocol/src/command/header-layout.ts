/**
 * How the fields of one header class stand in a JSON header: their names, types and the order in which Java writes them,
 * which is the order of a HashMap's buckets. Made from the schema of the class (api/define-header.ts), read and written by
 * header-json-fields.ts.
 *
 * An order that is guessed wrongly (another client's, a table that has grown) costs time and nothing else: such headers are
 * read name by name.
 * Source: remoting/protocol/RemotingCommand.java makeCustomHeaderToNet, java.util.HashMap
 */
import { javaHash } from '../bytes/java-hash.ts';
import { ShortBytes } from '../bytes/short-bytes.ts';
import { RecurringText } from './recurring-text.ts';

export type FieldType = 'string' | 'int' | 'long' | 'boolean' | 'double';
export type Presence = 'required' | 'optional' | 'default';
export type FieldValue = string | number | boolean;

export interface LayoutField {
  /** In a header object. */
  readonly name: string;
  /** On the wire. */
  readonly wire: string;
  readonly type: FieldType;
  readonly presence: Presence;
  /** What an absent field means; unused when it is required. */
  readonly fallback: FieldValue | undefined;
}

export interface PlacedField extends LayoutField {
  /** `"queueId":"` */
  readonly key: ShortBytes;
  /** Its index in Java's order. */
  readonly place: number;
  /** What a text of this field was. */
  readonly recurring: RecurringText;
}

export interface HeaderLayout {
  /** In the order of the schema. */
  readonly declared: readonly PlacedField[];
  /** The same in Java's order on the wire. */
  readonly fields: readonly PlacedField[];
}

const LEAST_BUCKETS = 16;

export function layoutOf(schema: readonly LayoutField[]): HeaderLayout {
  // A table that is filled to three quarters doubles. A field that is seldom there is counted, too: see above.
  let buckets = LEAST_BUCKETS;
  while (schema.length > buckets * 0.75) buckets *= 2;
  const bucketOf = ({ wire }: LayoutField): number => (javaHash(wire) ^ (javaHash(wire) >>> 16)) & (buckets - 1);
  const fields = [...schema].sort((a, b) => bucketOf(a) - bucketOf(b)).map((field, place) => ({ ...field, key: ShortBytes.of(`"${field.wire}":"`), place, recurring: new RecurringText() }));
  return { fields, declared: schema.map(({ wire }) => fields.find((field) => field.wire === wire) as PlacedField) };
}

/** What the fields beside a code may be. The classes themselves are known above (api/expected-headers.ts). */
export type ExpectedLayouts = (code: number) => readonly HeaderLayout[];

const NONE: readonly HeaderLayout[] = [];

/** All fields become texts. */
export const nothingExpected: ExpectedLayouts = () => NONE;
