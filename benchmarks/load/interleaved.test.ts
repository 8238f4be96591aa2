import { expect, it } from 'vitest';
import { type Both, interleaved, measureBoth } from './interleaved.ts';

it('goes through every other round backwards', () => {
  const things = ['a', 'b', 'c'];
  expect([0, 1, 2].map((round) => interleaved(things, round).join(''))).toEqual(['abc', 'cba', 'abc']);
  expect(things).toEqual(['a', 'b', 'c']);
});

it('measures both sides of each round, A-B-B-A', async () => {
  const order: string[] = [];
  const side = (name: string) => async () => `${name}${order.push(name)}`;
  const rounds: Both<string>[] = [];
  for await (const both of measureBoth(2, { without: side('A'), withIt: side('B') }, (round) => order.push(`round ${round}`))) rounds.push(both);
  expect(order).toEqual(['round 0', 'A', 'B', 'round 1', 'B', 'A']);
  expect(rounds).toEqual([
    { without: 'A2', withIt: 'B3' },
    { without: 'A6', withIt: 'B5' },
  ]);
});

it('has given the rounds that were complete when one fails', async () => {
  const rounds: Both<number>[] = [];
  let left = 3;
  const measure = () => (left-- > 0 ? Promise.resolve(left) : Promise.reject(new Error('ended')));
  const all = async () => {
    for await (const both of measureBoth(5, { without: measure, withIt: measure }, () => undefined)) rounds.push(both);
  };
  await expect(all()).rejects.toThrow('ended');
  expect(rounds).toEqual([{ without: 2, withIt: 1 }]);
});
