import { describe, expect, it } from 'vitest';
import { type ConsumeFromWhere, parseConsumeTimestamp, startPoint } from './consume-from-where.ts';

const error = new Error('timeout');

describe('a queue begins', () => {
  it.each([
    ['CONSUME_FROM_LAST_OFFSET', false, { from: 'end' }],
    ['CONSUME_FROM_LAST_OFFSET', true, { from: 'offset', offset: 0 }],
    ['CONSUME_FROM_FIRST_OFFSET', false, { from: 'begin' }],
    ['CONSUME_FROM_FIRST_OFFSET', true, { from: 'offset', offset: 0 }],
    ['CONSUME_FROM_TIMESTAMP', false, { from: 'time' }],
    ['CONSUME_FROM_TIMESTAMP', true, { from: 'end' }],
  ] as [ConsumeFromWhere, boolean, object][])('%s, retry topic %s, nothing stored: %j', (where, isRetry, point) => {
    expect(startPoint({ kind: 'none' }, where, isRetry)).toEqual(point);
    expect(startPoint({ kind: 'offset', offset: 7 }, where, isRetry)).toEqual({ from: 'offset', offset: 7 });
    expect(startPoint({ kind: 'error', error }, where, isRetry)).toEqual({ from: 'wait', error });
    expect(startPoint({ kind: 'offset', offset: -1 }, where, isRetry)).toEqual(point);
  });
});

it('a slave that has no offset of the group lets a queue begin where no message can be skipped, and wait otherwise', () => {
  const stored = { kind: 'none', isOfSlave: true } as const;
  const begins = (where: ConsumeFromWhere, isRetry: boolean): string => startPoint(stored, where, isRetry).from;
  expect([begins('CONSUME_FROM_FIRST_OFFSET', false), begins('CONSUME_FROM_LAST_OFFSET', false), begins('CONSUME_FROM_TIMESTAMP', false)]).toEqual(['begin', 'wait', 'wait']);
  expect([begins('CONSUME_FROM_FIRST_OFFSET', true), begins('CONSUME_FROM_LAST_OFFSET', true), begins('CONSUME_FROM_TIMESTAMP', true)]).toEqual(['offset', 'offset', 'wait']);
});

describe('consumeTimestamp', () => {
  it('is local time without separators', () => {
    expect(parseConsumeTimestamp('20191120100203')).toBe(new Date(2019, 10, 20, 10, 2, 3).getTime());
  });

  it.each(['', '2019', '2019-11-20', '20191320100203', '20190230100203', '20191120240203', '20191120106003', '20191120100260'])('%j is none', (text) => {
    expect(parseConsumeTimestamp(text)).toBeUndefined();
  });
});
