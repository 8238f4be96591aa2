import { readGolden } from '@rocketmq-ts/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseProperties, writeProperties } from './properties-text.ts';

// The same inputs on every run; raise numRuns or change the seed to search further.
fc.configureGlobal({ seed: 460 });

function golden(name: string): string {
  return readGolden(new URL(`../../test/golden/protocol/${name}.hex`, import.meta.url)).bytes.toString();
}

describe('parseProperties', () => {
  it('reads what java.util.Properties reads', () => {
    const entries = parseProperties(golden('properties-text')).map(({ key, value }) => [key, value]);
    expect(Object.fromEntries(entries)).toEqual(JSON.parse(golden('properties-text-loaded')));
  });

  it('knows where each entry begins', () => {
    const lines = parseProperties('# x\n\na=1\r\nb = 2 \\\n  3\n\tc\n').map(({ key, value, line }) => `${line} ${key}=${value}`);
    expect(lines).toEqual(['3 a=1', '4 b=2 3', '6 c=']);
  });

  it('keeps repeated keys apart, in order', () => {
    expect(parseProperties('a=1\na=2').map(({ value }) => value)).toEqual(['1', '2']);
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('\\', '\n', '\r', '=', ':', ' ', '#', 'u', '0', 'a', '\\u00e', '\\u00e4', '\t'), { maxLength: 40 }), (pieces) => {
        parseProperties(pieces.join(''));
      }),
      { numRuns: 3000 },
    );
  });
});

describe('writeProperties', () => {
  it('writes plain settings as Java does', () => {
    expect(writeProperties([['brokerName', 'broker-a'], ['storePathRootDir', '/root/store'], ['url', 'http://a:1/?x=y#z']])).toBe('brokerName=broker-a\nstorePathRootDir=/root/store\nurl=http://a:1/?x=y#z\n');
  });

  it('writes ASCII that reads back as it was', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' })), { maxLength: 5 }), (entries) => {
        const text = writeProperties(entries);
        expect(/^[\x20-\x7e\n]*$/.test(text)).toBe(true);
        expect(parseProperties(text).map(({ key, value }) => [key, value])).toEqual(entries);
      }),
      { numRuns: 1000 },
    );
  });
});
