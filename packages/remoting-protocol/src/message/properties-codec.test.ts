import { readGolden } from '@rocketmq-ts/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ByteRange, decodeProperties, encodeProperties, findProperty, propertiesText } from './properties-codec.ts';

// The same inputs on every run; raise numRuns or change the seed to search further.
fc.configureGlobal({ seed: 460 });

const lines = readGolden(new URL('../../test/golden/protocol/properties-splits.hex', import.meta.url))
  .bytes.toString()
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => line.split('\t') as [string, string]);

function find(buffer: Buffer, name: string): string | undefined {
  const range: ByteRange = { start: -1, end: -1 };
  const shifted = Buffer.concat([Buffer.from('\u0002TAGS\u0001no'), buffer, Buffer.from('\u0001x\u0002')]);
  const from = 8;
  if (!findProperty(shifted, from, from + buffer.length, Buffer.from(name), range)) return undefined;
  return shifted.toString('utf8', range.start, range.end);
}

describe('decodeProperties', () => {
  it.each(lines)('splits %s as Java does', (hex, expected) => {
    const decoded = decodeProperties(Buffer.from(hex, 'hex'));
    const pairs = [...decoded].map(([name, value]) => `${Buffer.from(name).toString('hex')}=${Buffer.from(value).toString('hex')}`);
    expect(pairs.sort().join(',')).toBe(expected);
    expect(decodeProperties(Buffer.from(hex, 'hex').toString())).toEqual(decoded);
  });

  it('reads what was written', () => {
    const part = fc.oneof(fc.stringMatching(/^[^\u0001\u0002]+$/), fc.constantFrom('__proto__', 'constructor', 'größe', 'TAGS'));
    fc.assert(
      fc.property(fc.array(fc.tuple(part, part), { maxLength: 8 }), (entries) => {
        const properties = new Map(entries);
        expect(decodeProperties(encodeProperties(properties))).toEqual(properties);
        expect(propertiesText(properties)).toBe(encodeProperties(properties).toString());
      }),
    );
  });
});

describe('findProperty', () => {
  it('finds what decoding finds, for any bytes', () => {
    const names = ['', 'a', 'TAGS', 'b\u00e4'];
    const text = fc.array(fc.constantFrom('\u0001', '\u0002', 'a', 'TAGS', 'x', 'b\u00e4', '\u0001\u0001'), { maxLength: 12 }).map((list) => list.join(''));
    let found = 0;
    fc.assert(
      fc.property(text, (properties) => {
        const buffer = Buffer.from(properties);
        const decoded = decodeProperties(buffer);
        for (const name of names) {
          expect(find(buffer, name), name).toBe(decoded.get(name));
          if (decoded.has(name)) found++;
        }
      }),
      { numRuns: 3000 },
    );
    expect(found).toBeGreaterThan(300);
  });
});
