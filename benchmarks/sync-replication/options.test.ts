import { expect, it } from 'vitest';
import { type Options, parseOptions } from './options.ts';

const options = (...args: string[]): Options => parseOptions(args) as Options;
const REMOTE = ['--async', 'a1:10911', '--sync', '[::1]:10921', '--topic', 'Bench_1'];

it('measures everybody in everything in five rounds unless told otherwise', () => {
  expect(options()).toMatchObject({
    rounds: 5,
    variantRounds: 3,
    contenders: ['ours', 'java', 'java-tuned', 'java-5.3.3'],
    variants: ['usual', 'no-wait', 'delay-0.2', 'delay-1', 'two-slaves', 'sync-flush-master', 'sync-flush-slave'],
    remote: undefined,
    reportBase: 'benchmarks/reports/sync-replication',
  });
});

it('limits contenders and variants each by their own names', () => {
  expect(options('--only', 'ours,delay-1')).toMatchObject({ contenders: ['ours'], variants: ['delay-1'] });
  expect(options('--only', 'java-tuned').variants).toEqual(options().variants);
});

it('takes more or longer measurements', () => {
  expect(options('--rounds', '7', '--seconds', '30')).toMatchObject({ rounds: 7, variantRounds: 7, times: { warmUpSeconds: 2, measureSeconds: 30 } });
});

it('takes the addresses of a cluster, where nothing can be put between master and slave', () => {
  expect(options(...REMOTE, '--name', 'prod')).toMatchObject({
    remote: { name: 'prod', asyncMaster: { host: 'a1', port: 10_911 }, syncMaster: { host: '::1', port: 10_921 }, topic: 'Bench_1' },
    variants: ['usual', 'no-wait'],
  });
});

it('profiles our own pair unless told otherwise, or where it does not take part', () => {
  expect([[], ['--quick'], ['--only', 'ours']].map((args) => options(...args).profile)).toEqual([true, true, true]);
  expect([['--no-profile'], ['--only', 'java'], REMOTE].map((args) => options(...args).profile)).toEqual([false, false, false]);
});

it('asks for help', () => {
  expect(parseOptions(['-h'])).toBe('help');
});

it.each([
  [['--fast'], "Unknown option '--fast'"],
  [['--rounds', '2.5'], '--rounds 2.5: expected a whole number'],
  [['--seconds', 'long'], '--seconds long: expected a number above 0'],
  [['--only', 'our'], '--only our: known are ours, java'],
  [['--async', 'a:1'], '--async and --sync go together'],
  [['--async', 'a:1', '--sync', 'b:1'], '--topic is missing'],
  [['--async', 'a', '--sync', 'b:1', '--topic', 'T'], '--async a: expected HOST:PORT'],
  [['--async', 'a:99999', '--sync', 'b:1', '--topic', 'T'], '--async a:99999: expected HOST:PORT'],
  [['--async', 'a:1', '--sync', 'b:1', '--topic', 'a "b"'], '--topic a "b" is no name of a topic'],
  [['--topic', 'T'], '--topic is for a cluster of your own'],
  [[...REMOTE, '--only', 'delay-1'], '--only delay-1: known are usual, no-wait'],
])('refuses %j', (args, cause) => {
  expect(() => parseOptions(args)).toThrow(cause);
});
