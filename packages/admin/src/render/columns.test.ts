import { expect, it } from 'vitest';
import { front, humanTimestamp, left, right } from './columns.ts';

it('pads like Java and cuts only where told', () => {
  expect([left('ab', 4), right('ab', 4), left('abcde', 4), right('abcde', 4)]).toEqual(['ab  ', '  ab', 'abcde', 'abcde']);
  expect([front('abcde', 3), front('ab', 3)]).toEqual(['abc', 'ab']);
});

it('prints local time with milliseconds behind a comma', () => {
  expect(humanTimestamp(new Date(2026, 0, 2, 3, 4, 5, 6).getTime())).toBe('2026-01-02 03:04:05,006');
});
