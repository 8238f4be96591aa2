import { expect, it } from 'vitest';

import { ConsumerOffsets } from './consumer-offsets.ts';

it('keeps the last commit, also a smaller one', () => {
  const offsets = new ConsumerOffsets();
  expect(offsets.query('g', 't', 0)).toBe(-1);
  expect(offsets.commit('g', 't', 0, 7)).toBe('committed');
  expect(offsets.commit('g', 't', 0, 7)).toBe('committed');
  expect(offsets.changeCount).toBe(1);
  expect(offsets.commit('g', 't', 0, 3)).toBe('moved back');
  expect(offsets.query('g', 't', 0)).toBe(3);
});

it('finds topics of a group and groups of a topic, names of object members among them', () => {
  const offsets = new ConsumerOffsets();
  offsets.commit('__proto__', 'constructor', 0, 1);
  offsets.commit('__proto__', 'toString', 1, 2);
  offsets.commit('hasOwnProperty', 'constructor', 0, 3);
  expect(offsets.topicsOf('__proto__')).toEqual(['constructor', 'toString']);
  expect(offsets.groupsOf('constructor')).toEqual(['__proto__', 'hasOwnProperty']);
  expect(offsets.query('hasOwnProperty', 'constructor', 0)).toBe(3);
});

it('forgets a deleted topic and no other', () => {
  const offsets = new ConsumerOffsets();
  offsets.commit('g', 't', 0, 5);
  offsets.commit('g', 't2', 0, 6);
  offsets.removeTopic('t');
  expect([offsets.query('g', 't', 0), offsets.query('g', 't2', 0)]).toEqual([-1, 6]);
});

it('copies a group, without tying the copies together', () => {
  const offsets = new ConsumerOffsets();
  offsets.commit('a', 't', 0, 5);
  offsets.clone('a', 'b', 't');
  offsets.commit('a', 't', 0, 9);
  expect(offsets.query('b', 't', 0)).toBe(5);
});
