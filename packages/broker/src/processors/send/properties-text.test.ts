import { decodeProperties } from '@rocketmq-ts/remoting-protocol';
import fc from 'fast-check';
import { expect, it } from 'vitest';

import { propertyOf, withProperty } from './properties-text.ts';

const text = (...items: string[]): string => items.map((item) => `${item}\u0002`).join('');

it('reads what Java’s map would hold', () => {
  expect(propertyOf(undefined, 'DELAY')).toBeUndefined();
  expect(propertyOf(text('DELAY\u00013'), 'DELAY')).toBe('3');
  expect(propertyOf('DELAY\u00013', 'DELAY')).toBe('3');
  expect(propertyOf(text('DELAY\u00013', 'DELAY\u00015'), 'DELAY')).toBe('5');
  expect(propertyOf(text('XDELAY\u00013'), 'DELAY')).toBeUndefined();
  expect(propertyOf(text('DELAY\u0001'), 'DELAY')).toBeUndefined();
  expect(propertyOf(text('DELAY\u00013\u00014'), 'DELAY')).toBeUndefined();
  expect(propertyOf(text('DELAY\u00012', 'DELAY\u00013\u00014'), 'DELAY')).toBe('2');
});

it('sets one property and keeps the others', () => {
  expect(withProperty(undefined, 'CLUSTER', 'c')).toBe(text('CLUSTER\u0001c'));
  expect(withProperty('a\u00011', 'CLUSTER', 'c')).toBe(text('a\u00011', 'CLUSTER\u0001c'));
  expect(withProperty(text('CLUSTER\u0001old', 'a\u00011'), 'CLUSTER', 'c')).toBe(text('a\u00011', 'CLUSTER\u0001c'));
  expect(withProperty(text('__proto__\u00011'), 'CLUSTER', 'c')).toBe(text('__proto__\u00011', 'CLUSTER\u0001c'));
});

it('agrees with the decoder for any text', () => {
  const part = fc.string({ unit: fc.constantFrom('a', 'DELAY', '\u0001', '\u0002', '3'), maxLength: 12 });
  fc.assert(
    fc.property(part, (properties) => {
      expect(propertyOf(properties, 'DELAY')).toBe(decodeProperties(properties).get('DELAY'));
      const changed = decodeProperties(withProperty(properties, 'CLUSTER', 'c'));
      expect(changed).toEqual(decodeProperties(properties).set('CLUSTER', 'c'));
    }),
    { seed: 4 },
  );
});
