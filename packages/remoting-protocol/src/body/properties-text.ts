/**
 * Text in the form of Java's .properties files: bodies of the configuration requests and the files behind them.
 * Read: comments (`#`, `!`), `=` `:` or blank between key and value, `\` at the end of a line to go on, `\uXXXX` and the
 * usual escapes, CRLF, a byte order mark. A key without value has the value ''.
 *
 * Java differs: it writes without any escapes and reads bytes as ISO-8859-1, so a backslash or a letter beyond ASCII is
 * changed by each round; escapes as written here survive both readers.
 * Source: java.util.Properties, common/MixAll.java properties2String, string2Properties (4.6.0)
 */

export interface PropertyEntry {
  readonly key: string;
  readonly value: string;
  /** 1-based line where the entry begins. */
  readonly line: number;
}

/** All entries in order; a repeated key stays repeated, and Java would take the last. Never throws. */
export function parseProperties(text: string): PropertyEntry[] {
  const lines = text.replace(/^\ufeff/, '').split(/\r\n|\n|\r/);
  const entries: PropertyEntry[] = [];
  for (let index = 0; index < lines.length; index++) {
    let logical = trimStart(lines[index] as string);
    if (logical === '' || logical.startsWith('#') || logical.startsWith('!')) continue;
    const line = index + 1;
    while (endsInOddBackslashes(logical)) {
      logical = logical.slice(0, -1);
      if (index + 1 >= lines.length) break;
      index++;
      logical += trimStart(lines[index] as string);
    }
    entries.push(parseLine(logical, line));
  }
  return entries;
}

function parseLine(logical: string, line: number): PropertyEntry {
  let keyEnd = 0;
  while (keyEnd < logical.length && !/[=: \t\f]/.test(logical.charAt(keyEnd))) keyEnd += logical.charAt(keyEnd) === '\\' ? 2 : 1;
  keyEnd = Math.min(keyEnd, logical.length);
  const rest = /^[ \t\f]*[=:]?[ \t\f]*/.exec(logical.slice(keyEnd)) as RegExpExecArray;
  return { key: unescape(logical.slice(0, keyEnd)), value: unescape(logical.slice(keyEnd + rest[0].length)), line };
}

function trimStart(line: string): string {
  return line.replace(/^[ \t\f]+/, '');
}

function endsInOddBackslashes(line: string): boolean {
  let count = 0;
  while (line.charAt(line.length - 1 - count) === '\\') count++;
  return count % 2 === 1;
}

function unescape(part: string): string {
  if (!part.includes('\\')) return part;
  return part.replace(/\\(?:u([0-9a-fA-F]{4})|([^])|$)/g, (_whole, hex: string | undefined, letter: string | undefined) => {
    if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
    switch (letter) {
      case 't':
        return '\t';
      case 'n':
        return '\n';
      case 'r':
        return '\r';
      case 'f':
        return '\f';
      default:
        return letter ?? '';
    }
  });
}

/** `key=value` lines in the given order, each ended by LF. */
export function writeProperties(entries: Iterable<readonly [string, string]>): string {
  let text = '';
  for (const [key, value] of entries) text += `${escape(key, /[\\=:#! \t\n\r\f]|[^\x20-\x7e]/g)}=${escape(value, /\\|^[ ]|[\t\n\r\f]|[^\x20-\x7e]/g)}\n`;
  return text;
}

function escape(part: string, special: RegExp): string {
  return part.replace(special, (character) => {
    switch (character) {
      case '\t':
        return '\\t';
      case '\n':
        return '\\n';
      case '\r':
        return '\\r';
      case '\f':
        return '\\f';
      default:
        return character >= ' ' && character <= '~' ? `\\${character}` : `\\u${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
    }
  });
}
