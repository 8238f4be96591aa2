import { expect, it } from 'vitest';
import { Watermarks } from './watermarks.ts';

it('keeps flushed ≤ written ≤ appended and derived ≤ readable ≤ written', () => {
  const marks = new Watermarks();
  marks.start(100);
  expect(() => marks.setWritten(101)).toThrow('written ≤ appended');
  const other = new Watermarks();
  other.start(100);
  other.setAppended(200);
  expect(() => other.setFlushed(150)).toThrow('flushed ≤ written');
  const third = new Watermarks();
  third.start(100);
  expect(() => third.setDerived(101)).toThrow('derived ≤ readable');
  expect(() => third.raiseReadable(101)).toThrow('readable ≤ written');
  expect(() => third.setAppended(99)).toThrow('appended rises');
});

it('takes back what was not written', () => {
  const marks = new Watermarks();
  marks.start(100);
  marks.setAppended(200);
  marks.setWritten(150 + 50);
  marks.setAppended(300);
  marks.rollBack();
  expect(marks.appended).toBe(200);
});
