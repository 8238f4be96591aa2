import { expect, test } from 'vitest';
import { parseSendOptions } from './options.ts';

const parse = (...argv: string[]) => parseSendOptions(argv, ['a', 'b'], ['rocketmq-ts', 'Java 4.6.0']);

test('three rounds of ten seconds of everything', () => {
  expect(parse()).toEqual({ rounds: 3, seconds: 10, only: undefined, contenders: undefined, report: undefined });
});

test('quick, but with what is said beside it', () => {
  expect(parse('--quick', '--rounds', '2', '--only', 'a, b', '--contenders', 'Java 4.6.0')).toMatchObject({ rounds: 2, seconds: 2, only: ['a', 'b'], contenders: ['Java 4.6.0'] });
});

test.each([
  [['--rounds', '0'], '--rounds 0: a whole number above 0'],
  [['--rounds', '1.5'], '--rounds 1.5: a whole number above 0'],
  [['--seconds', 'x'], '--seconds x: a number above 0'],
  [['--only', 'a,c'], '--only c: some of a,b'],
  [['--contenders', 'kafka'], '--contenders kafka: some of rocketmq-ts,Java 4.6.0'],
  [['--fast'], "Unknown option '--fast'"],
])('%j is refused', (argv, why) => {
  expect(() => parse(...argv)).toThrow(why);
});
