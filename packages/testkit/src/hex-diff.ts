/**
 * Shows where two byte strings part: a few lines of hex around the first difference, both sides, with offsets.
 * For the message of a failing golden test, where a dump of both whole buffers would help nobody.
 */

const ROW_BYTES = 16;
const ROWS_BEFORE = 1;
const ROWS_AFTER = 2;

/** Undefined when equal; else a readable account of the first difference. */
export function hexDiff(actual: Uint8Array, expected: Uint8Array): string | undefined {
  const at = firstDifference(actual, expected);
  if (at === undefined) return undefined;
  const firstRow = Math.max(0, Math.floor(at / ROW_BYTES) - ROWS_BEFORE);
  const lastRow = Math.floor(at / ROW_BYTES) + ROWS_AFTER;
  const lines = [`differ at byte ${at} (actual ${actual.length} bytes, expected ${expected.length} bytes)`];
  for (let row = firstRow; row <= lastRow; row += 1) {
    const from = row * ROW_BYTES;
    if (from >= actual.length && from >= expected.length) break;
    lines.push(`  actual   ${rowText(actual, from)}`, `  expected ${rowText(expected, from)}`);
  }
  return lines.join('\n');
}

function firstDifference(actual: Uint8Array, expected: Uint8Array): number | undefined {
  const common = Math.min(actual.length, expected.length);
  for (let at = 0; at < common; at += 1) if (actual[at] !== expected[at]) return at;
  return actual.length === expected.length ? undefined : common;
}

function rowText(bytes: Uint8Array, from: number): string {
  const row = bytes.subarray(from, from + ROW_BYTES);
  const hex = Array.from(row, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
  const text = Array.from(row, (byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('');
  return `${from.toString(16).padStart(6, '0')}  ${hex.padEnd(ROW_BYTES * 3 - 1)}  ${text}`;
}
