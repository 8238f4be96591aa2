import { describe, expect, it } from 'vitest';
import { type Figure, figureOf, quote, quoteShort } from './figure.ts';
import { percent } from './units.ts';

const figure = (values: readonly number[], marks: Parameters<typeof figureOf>[1] = new Set(), size?: number): Figure => figureOf(values, marks, size) as Figure;

describe('a figure', () => {
  it('is quoted bare when enough rounds agree', () => {
    expect(quote(figure([0.22, 0.23, 0.24, 0.23, 0.22]), percent)).toBe('23 % (22 % … 24 %)');
  });

  it('is marked when its middle half is wider than 15 % of the median', () => {
    expect(figure([100, 107, 115]).marks).toEqual([]);
    expect(figure([100, 107, 117]).marks).toEqual(['wide']);
    expect(quote(figure([0.09, 0.23, 0.35]), percent)).toBe('≈ 23 % (9.0 % … 35 %) ¹');
  });

  it('does not mind one stray round of five', () => {
    expect(figure([100, 101, 102, 103, 300]).marks).toEqual([]);
  });

  it('of a difference is held against its sides, for near nothing any spread is wide', () => {
    expect(figure([-0.01, 0.01, 0.02], new Set(), 1).marks).toEqual([]);
    expect(figure([-0.01, 0.01, 0.02]).marks).toEqual(['wide']);
  });

  it('of one or two rounds is marked, and one round has no spread to print', () => {
    expect(quote(figure([0.23]), percent)).toBe('≈ 23 % ²');
    expect(quote(figure([0.23, 0.23]), percent)).toBe('≈ 23 % (23 % … 23 %) ²');
  });

  it('keeps the signs of several marks in order', () => {
    expect(quoteShort(figure([1, 5], new Set(['rate not reached', 'failed sends'] as const)), String)).toBe('≈ 3 ¹²³⁴');
  });

  it('is not doubtful because no difference is shown', () => {
    expect(quote(figure([0.01, 0.02, 0.03], new Set(['no difference'] as const), 1), percent)).toBe('2.0 % (1.0 % … 3.0 %) ⁶');
  });

  it('leaves out rounds without a number and does not exist without any', () => {
    expect(figure([Number.NaN, 5, 5, 5]).values).toEqual([5, 5, 5]);
    expect(figureOf([Number.NaN, Number.POSITIVE_INFINITY])).toBeUndefined();
    expect(quote(undefined, percent)).toBe('not measured');
  });
});
