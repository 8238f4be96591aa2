/**
 * Golden files: bytes that the real Java 4.6.0 wrote, kept as text so that a diff can be read.
 *
 *   # what produced it, versions, date          (provenance: any number of lines)
 *   00000142 0000011a 7b22636f 6465223a …       (hex, blanks and line ends are free)
 *
 * Written by `tools/golden-capture`, read by the codec tests. Never edited by hand: a golden file that disagrees
 * with a codec is right.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface Golden {
  /** File name without the ending. */
  readonly name: string;
  /** The comment lines without `#` and leading blanks. */
  readonly provenance: readonly string[];
  readonly bytes: Buffer;
}

/** A captured frame, its parts taken from the name `<code>-<variant>-<json|rocketmq>-<request|response>`. */
export interface GoldenFrame extends Golden {
  readonly requestCode: number;
  readonly variant: string;
  readonly serializeType: 'JSON' | 'ROCKETMQ';
  readonly direction: 'request' | 'response';
}

const BYTES_PER_LINE = 48;

/** @throws Error naming the file and line of the first character that is not a hex digit. */
export function parseGolden(name: string, text: string): Golden {
  const provenance: string[] = [];
  let hex = '';
  let lineNumber = 0;
  for (const line of text.split(/\r?\n/)) {
    lineNumber += 1;
    if (line.startsWith('#')) {
      provenance.push(line.slice(1).trim());
      continue;
    }
    const digits = line.replace(/\s+/g, '');
    if (!/^[0-9a-fA-F]*$/.test(digits)) throw new Error(`${name}:${lineNumber}: not hex: ${line.slice(0, 40)}`);
    hex += digits;
  }
  if (hex.length % 2 !== 0) throw new Error(`${name}: an odd number of hex digits (${hex.length})`);
  return { name, provenance, bytes: Buffer.from(hex, 'hex') };
}

/** @param location A file URL or path, usually `new URL('../test/golden/x.hex', import.meta.url)`. */
export function readGolden(location: URL | string): Golden {
  const path = pathOf(location);
  return parseGolden(basename(path, '.hex'), readFileSync(path, 'utf8'));
}

/** All captured frames of a folder, sorted by name. @throws Error when there is none: a test over nothing proves nothing. */
export function readGoldenFrames(folder: URL | string, accept: (frame: GoldenFrame) => boolean = () => true): GoldenFrame[] {
  const path = pathOf(folder);
  const frames = readdirSync(path)
    .filter((file) => file.endsWith('.hex'))
    .sort()
    .map((file) => goldenFrameOf(readGolden(join(path, file))))
    .filter(accept);
  if (frames.length === 0) throw new Error(`no golden frame accepted in ${path}`);
  return frames;
}

export function goldenFrameOf(golden: Golden): GoldenFrame {
  const match = /^(\d+)-(.+)-(json|rocketmq)-(request|response)$/.exec(golden.name);
  if (match === null) throw new Error(`${golden.name}: expected <code>-<variant>-<json|rocketmq>-<request|response>`);
  return {
    ...golden,
    requestCode: Number(match[1]),
    variant: match[2] ?? '',
    serializeType: match[3] === 'json' ? 'JSON' : 'ROCKETMQ',
    direction: match[4] === 'request' ? 'request' : 'response',
  };
}

/** The text of a golden file; `parseGolden` reads it back. */
export function formatGolden(provenance: readonly string[], bytes: Uint8Array): string {
  const hex = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
  const lines = provenance.map((line) => `# ${line}`);
  for (let at = 0; at < hex.length; at += BYTES_PER_LINE * 2) lines.push(hex.slice(at, at + BYTES_PER_LINE * 2));
  return `${lines.join('\n')}\n`;
}

function pathOf(location: URL | string): string {
  return location instanceof URL ? fileURLToPath(location) : location;
}
