import { expect, test } from 'vitest';
import { parseOptions } from './options.ts';

const asked = { rounds: 3, seconds: 10, quickSeconds: 2, counts: { connections: 5000 }, lists: { only: ['a', 'b'], contenders: ['rocketmq-ts', 'Java 4.6.0'] } };
const parse = (...argv: string[]) => parseOptions(argv, asked);

test('what is usual, of everything', () => {
  const { rounds, seconds, counts, lists } = asked;
  expect(parse()).toEqual({ quick: false, rounds, seconds, report: undefined, ...counts, ...lists });
});

test('quick, but with what is said beside it', () => {
  const argv = ['--', '--quick', '--rounds', '2', '--connections', '7', '--only', 'b, a', '--contenders', 'Java 4.6.0', '--report', 'x.md'];
  expect(parse(...argv)).toEqual({ quick: true, rounds: 2, seconds: 2, report: 'x.md', connections: 7, only: ['b', 'a'], contenders: ['Java 4.6.0'] });
  expect(parse('--quick')).toMatchObject({ rounds: 1, seconds: 2, connections: 5000 });
});

test('parts of seconds where they make sense', () => {
  expect(parseOptions(['--seconds', '1.5'], { ...asked, fractions: true })).toMatchObject({ seconds: 1.5 });
});

test('help before all else', () => {
  expect(parse('--help', '--rounds', '0')).toBe('help');
});

test.each([
  [['--rounds', '0'], "--rounds: a whole number from 1 on is needed, not '0'"],
  [['--rounds', '1e3'], '--rounds: a whole number'],
  [['--seconds', '1.5'], '--seconds: a whole number'],
  [['--connections', 'x'], '--connections: a whole number'],
  [['--only', 'a,c'], "--only: there is no 'c'; there is a, b"],
  [['--only', ''], "--only: there is no ''; there is a, b"],
  [['--contenders', 'kafka'], "--contenders: there is no 'kafka'; there is rocketmq-ts, Java 4.6.0"],
  [['--fast'], "Unknown option '--fast'"],
])('%j is refused', (argv, why) => {
  expect(() => parse(...argv)).toThrow(why);
});

test.each(['0', '0.0', '-1', '.5', '1e3', 'x'])('%j seconds are refused where parts make sense, too', (text) => {
  expect(() => parseOptions([`--seconds=${text}`], { ...asked, fractions: true })).toThrow(`--seconds: a number above 0 is needed, not '${text}'`);
});

test('there is no --seconds and no list where nobody asks for them', () => {
  expect(() => parseOptions(['--seconds', '1'], { rounds: 1 })).toThrow("Unknown option '--seconds'");
  expect(() => parseOptions(['--only', 'a'], { rounds: 1 })).toThrow("Unknown option '--only'");
});
