/** Tokens of fastjson's dialect: blanks, comments, strings in either quote, bare words. */
import { ProtocolError } from '../errors.ts';

export class Lexer {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  syntax(what: string): ProtocolError {
    return new ProtocolError('JSON_SYNTAX', `not valid JSON: ${what} at position ${this.#at}`);
  }

  /** The character that comes next behind blanks and comments, '' at the end. */
  peek(): string {
    const text = this.#text;
    for (;;) {
      const unit = text.charCodeAt(this.#at);
      // A byte order mark in front of a file counts as a blank.
      if (unit === 0x20 || (unit >= 0x08 && unit <= 0x0d) || unit === 0xfeff) this.#at++;
      else if (unit === 0x2f) this.#skipComment();
      else return text.charAt(this.#at);
    }
  }

  accept(character: string): boolean {
    if (this.peek() !== character) return false;
    this.#at++;
    return true;
  }

  take(character: string): void {
    if (!this.accept(character)) throw this.syntax(`'${character}' expected`);
  }

  end(): void {
    if (this.peek() !== '') throw this.syntax('text behind the value');
  }

  /** A bare word: a number, a literal, an unquoted key. */
  word(): string {
    this.peek();
    const start = this.#at;
    const text = this.#text;
    while (this.#at < text.length && isWordUnit(text.charCodeAt(this.#at))) this.#at++;
    if (this.#at === start) throw this.syntax('a value expected');
    return text.slice(start, this.#at);
  }

  string(): string {
    const quote = this.peek();
    const text = this.#text;
    let from = ++this.#at;
    let out = '';
    for (;;) {
      const character = text.charAt(this.#at);
      if (character === '') throw this.syntax('a string without end');
      if (character === quote) {
        out += text.slice(from, this.#at);
        this.#at++;
        return out;
      }
      if (character === '\\') {
        out += text.slice(from, this.#at) + this.#escape();
        from = this.#at;
      } else {
        this.#at++;
      }
    }
  }

  #escape(): string {
    const kind = this.#text.charAt(this.#at + 1);
    if (kind === 'u') return this.#hex(4);
    if (kind === 'x') return this.#hex(2);
    const simple = SIMPLE_ESCAPES.get(kind);
    if (simple === undefined) throw this.syntax('an unknown escape');
    this.#at += 2;
    return simple;
  }

  #hex(digits: number): string {
    const code = this.#text.slice(this.#at + 2, this.#at + 2 + digits);
    if (code.length !== digits || !/^[0-9a-fA-F]+$/.test(code)) throw this.syntax('a bad escape');
    this.#at += 2 + digits;
    return String.fromCharCode(Number.parseInt(code, 16));
  }

  #skipComment(): void {
    const line = this.#text.startsWith('//', this.#at);
    if (!line && !this.#text.startsWith('/*', this.#at)) throw this.syntax("a lone '/'");
    const end = this.#text.indexOf(line ? '\n' : '*/', this.#at + 2);
    if (end < 0 && !line) throw this.syntax('a comment without end');
    this.#at = end < 0 ? this.#text.length : end + (line ? 1 : 2);
  }
}

const SIMPLE_ESCAPES = new Map<string, string>([
  ['"', '"'],
  ["'", "'"],
  ['\\', '\\'],
  ['/', '/'],
  ['b', '\b'],
  ['f', '\f'],
  ['F', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['v', '\v'],
  ...[0, 1, 2, 3, 4, 5, 6, 7].map((code): [string, string] => [String(code), String.fromCharCode(code)]),
]);

function isWordUnit(unit: number): boolean {
  return (
    (unit >= 0x30 && unit <= 0x39) ||
    (unit >= 0x61 && unit <= 0x7a) ||
    (unit >= 0x41 && unit <= 0x5a) ||
    unit === 0x5f ||
    unit === 0x24 ||
    unit === 0x2e ||
    unit === 0x2d ||
    unit === 0x2b
  );
}
