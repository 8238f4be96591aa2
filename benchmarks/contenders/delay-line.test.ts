import { expect, it } from 'vitest';
import { DelayLine } from './delay-line.ts';

it('keeps each chunk for the delay and gives them out in order', () => {
  const line = new DelayLine(0.2);
  expect(line.nextAt).toBeUndefined();
  line.put(Buffer.from('a'), 10);
  line.put(Buffer.from('bc'), 10.1);
  expect([line.nextAt, line.bytes]).toEqual([10.2, 3]);
  expect(line.take(10.15)).toEqual([]);
  expect(String(line.take(10.25))).toBe('a');
  expect(line.bytes).toBe(2);
  expect(line.take(11).map(String)).toEqual(['bc']);
  expect(line.nextAt).toBeUndefined();
});
