import { expect, it } from 'vitest';
import { fileNameToOffset, join, offsetToFileName, parentOf } from './paths.ts';

it('names files by 20 digits, and knows only such names', () => {
  expect(offsetToFileName(0)).toBe('00000000000000000000');
  expect(offsetToFileName(2 ** 40)).toBe('00000001099511627776');
  expect(fileNameToOffset('00000001099511627776')).toBe(2 ** 40);
  for (const name of ['0', '000000010995116277760', '0000000109951162777x', '99999999999999999999', '.DS_Store']) expect(fileNameToOffset(name)).toBeUndefined();
});

it('joins and splits paths', () => {
  expect(join('/a', 'b')).toBe('/a/b');
  expect(join('/a/', 'b')).toBe('/a/b');
  expect(['/a/b', '/a', 'a', '/a/b/'].map((path) => parentOf(path))).toEqual(['/a', '/', '.', '/a']);
});
