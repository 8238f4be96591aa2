import { describe, expect, it } from 'vitest';
import { hexDiff } from './hex-diff.ts';

describe('hexDiff', () => {
  it('says nothing of equal bytes', () => {
    expect(hexDiff(Buffer.from('same'), Buffer.from('same'))).toBeUndefined();
  });

  it('points at the first different byte and shows both sides', () => {
    const expected = Buffer.alloc(40, 0x41);
    const actual = Buffer.from(expected);
    actual[20] = 0;
    const text = hexDiff(actual, expected) ?? '';
    expect(text.split('\n')[0]).toBe('differ at byte 20 (actual 40 bytes, expected 40 bytes)');
    expect(text).toContain('  actual   000010  41 41 41 41 00 41');
    expect(text).toContain('  expected 000010  41 41 41 41 41 41');
  });

  it('calls a missing tail a difference', () => {
    expect(hexDiff(Buffer.from('abc'), Buffer.from('abcd'))).toContain('differ at byte 3 (actual 3 bytes, expected 4 bytes)');
    expect(hexDiff(Buffer.from('abcd'), Buffer.from('abc'))).toContain('differ at byte 3');
  });
});
