import type { FieldValue, HeaderLayout } from './header-layout.ts';

type HeaderObject = Record<string, FieldValue | undefined>;

/**
 * The fields of a header as the values of a header class, which nobody has needed as texts yet: between a typed header and
 * the bytes no text and no table is made of them. To whoever looks at it as what extFields are, a Map of texts, it is one.
 */
export class HeaderFields implements Map<string, string> {
  readonly layout: HeaderLayout;
  /** One of both, until the texts are changed; then none: the texts count. */
  #read: readonly (FieldValue | undefined)[] | undefined;
  #toWrite: Readonly<HeaderObject> | undefined;
  #texts: Map<string, string> | undefined;

  private constructor(layout: HeaderLayout, read: readonly (FieldValue | undefined)[] | undefined, toWrite: object | undefined) {
    this.layout = layout;
    this.#read = read;
    this.#toWrite = toWrite as HeaderObject | undefined;
    this.#texts = undefined;
  }

  /** What was read: a value for each field of the layout, undefined when it was not there. */
  static read(layout: HeaderLayout, values: readonly (FieldValue | undefined)[]): HeaderFields {
    return new HeaderFields(layout, values, undefined);
  }

  /** What is to be written; `header` must not change until then. */
  static toWrite(layout: HeaderLayout, header: object): HeaderFields {
    return new HeaderFields(layout, undefined, header);
  }

  /** A header object of what was read by this layout. */
  headerBy(layout: HeaderLayout): object | undefined {
    const values = this.#read;
    if (values === undefined || this.layout !== layout) return undefined;
    const header: HeaderObject = {};
    for (let index = 0; index < values.length; index++) {
      const { name, fallback } = layout.fields[index] as (typeof layout.fields)[number];
      const value = values[index];
      header[name] = value === undefined ? fallback : value;
    }
    return header;
  }

  /** False: the texts count. */
  get hasValues(): boolean {
    return this.#read !== undefined || this.#toWrite !== undefined;
  }

  /** What stands on the wire, or is to, of a field of the layout. */
  valueAt(index: number): FieldValue | undefined {
    if (this.#read !== undefined) return this.#read[index];
    if (this.#toWrite === undefined) return undefined;
    const { name, presence, fallback } = this.layout.fields[index] as (typeof this.layout.fields)[number];
    return this.#toWrite[name] ?? (presence === 'default' ? fallback : undefined);
  }

  #asTexts(): Map<string, string> {
    if (this.#texts !== undefined) return this.#texts;
    const texts = new Map<string, string>();
    for (const { wire, place } of this.layout.declared) {
      const value = this.valueAt(place);
      if (value !== undefined) texts.set(wire, String(value));
    }
    this.#texts = texts;
    return texts;
  }

  #toChange(): Map<string, string> {
    const texts = this.#asTexts();
    this.#read = undefined;
    this.#toWrite = undefined;
    return texts;
  }

  get size(): number {
    return this.#asTexts().size;
  }

  get [Symbol.toStringTag](): string {
    return 'HeaderFields';
  }

  get(wire: string): string | undefined {
    return this.#asTexts().get(wire);
  }

  has(wire: string): boolean {
    return this.#asTexts().has(wire);
  }

  set(wire: string, text: string): this {
    this.#toChange().set(wire, text);
    return this;
  }

  delete(wire: string): boolean {
    return this.#toChange().delete(wire);
  }

  clear(): void {
    this.#toChange().clear();
  }

  forEach(visit: (text: string, wire: string, fields: Map<string, string>) => void, self?: unknown): void {
    this.#asTexts().forEach((text, wire) => visit.call(self, text, wire, this));
  }

  entries(): MapIterator<[string, string]> {
    return this.#asTexts().entries();
  }

  keys(): MapIterator<string> {
    return this.#asTexts().keys();
  }

  values(): MapIterator<string> {
    return this.#asTexts().values();
  }

  [Symbol.iterator](): MapIterator<[string, string]> {
    return this.entries();
  }
}
