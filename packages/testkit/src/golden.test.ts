import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { formatGolden, goldenFrameOf, parseGolden, readGolden, readGoldenFrames } from './golden.ts';

describe('golden text', () => {
  it('gives back what was formatted', () => {
    const bytes = Buffer.from(Array.from({ length: 131 }, (_, index) => (index * 7) & 0xff));
    const golden = parseGolden('x', formatGolden(['made by a test', 'second line'], bytes));
    expect(golden.provenance).toEqual(['made by a test', 'second line']);
    expect(golden.bytes.equals(bytes)).toBe(true);
  });

  it('lets blanks and line ends fall anywhere', () => {
    expect(parseGolden('x', '# p\r\n00 01\r\n\r\n  0 2').bytes).toEqual(Buffer.from([0, 1, 2]));
  });

  it('names file and line of what is not hex', () => {
    expect(() => parseGolden('bad', '# p\n00\n0g')).toThrow('bad:3: not hex: 0g');
  });

  it('refuses half a byte', () => {
    expect(() => parseGolden('bad', '000')).toThrow('odd number');
  });
});

describe('golden frames', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'rmq-golden-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('takes its parts from the file name', () => {
    writeFileSync(join(folder, '310-send-sync-json-request.hex'), '# p\n0102\n');
    writeFileSync(join(folder, '11-pull-rocketmq-response.hex'), '# p\n03\n');
    writeFileSync(join(folder, 'notes.txt'), 'not a golden file');
    const frames = readGoldenFrames(pathToFileURL(folder));
    expect(frames.map((frame) => [frame.requestCode, frame.variant, frame.serializeType, frame.direction])).toEqual([
      [11, 'pull', 'ROCKETMQ', 'response'],
      [310, 'send-sync', 'JSON', 'request'],
    ]);
    expect(readGolden(join(folder, '11-pull-rocketmq-response.hex')).bytes).toEqual(Buffer.from([3]));
  });

  it('throws when nothing is accepted, so that no test runs over nothing', () => {
    expect(() => readGoldenFrames(folder)).toThrow('no golden frame');
  });

  it('refuses a name of another shape', () => {
    expect(() => goldenFrameOf(parseGolden('send-json-request', '00'))).toThrow('expected <code>');
  });
});
