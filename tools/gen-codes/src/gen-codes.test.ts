import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseEnumNames, parseEnumNumbers, parseIntConstants } from './javap.ts';
import { codeTable, nameList } from './write-tables.ts';

describe('reading javap', () => {
  it('takes int constants and nothing else', () => {
    const listing = `Compiled from "RequestCode.java"
public class x.RequestCode {
  public static final int SEND_MESSAGE = 10;
  public static final java.lang.String NAME = "x";
  public static final int BELOW = -5;
  public x.RequestCode();
}`;
    expect(parseIntConstants(listing)).toEqual([
      { name: 'SEND_MESSAGE', value: 10 },
      { name: 'BELOW', value: -5 },
    ]);
  });

  it('takes the number of an enum member, not its ordinal', () => {
    const listing = `  static {};
    Code:
       0: new           #4                  // class x/LanguageCode
       3: dup
       4: ldc           #10                 // String JAVA
       6: iconst_0
       7: iconst_5
       8: invokespecial #11                 // Method "<init>":(Ljava/lang/String;IB)V
      11: putstatic     #12                 // Field JAVA:Lx/LanguageCode;
     160: ldc           #43                 // String OMS
     162: bipush        11
     164: bipush        12
     166: invokespecial #11                 // Method "<init>":(Ljava/lang/String;IB)V`;
    expect(parseEnumNumbers(listing)).toEqual([
      { name: 'JAVA', value: 5 },
      { name: 'OMS', value: 12 },
    ]);
    expect(() => parseEnumNumbers('class X {}')).toThrow('no static initialiser');
  });

  it('takes the names of an enum in order', () => {
    const listing = `  public static final a.B$V V1;\n  public static final a.B$V V2;\n  public static a.B$V[] values();\n  public static final int X = 1;`;
    expect(parseEnumNames(listing, 'a.B$V')).toEqual(['V1', 'V2']);
  });
});

describe('writing tables', () => {
  it('writes what is committed, head included', () => {
    const committed = readFileSync(new URL('../../../packages/remoting-protocol/src/codes/language-code.ts', import.meta.url), 'utf8');
    const constants = [...committed.matchAll(/^ {2}(\w+): (\d+),$/gm)].map(([, name = '', value]) => ({ name, value: Number(value) }));
    expect(constants).toHaveLength(12);
    expect(codeTable({ typeName: 'LanguageCode', functionName: 'languageName', purpose: 'What a peer says it is written in.', source: 'remoting/protocol/LanguageCode.java', constants })).toBe(committed);
  });

  it('writes lists six to a line', () => {
    const text = nameList({ constName: 'NAMES', purpose: 'P.', source: 's', names: ['a', 'b', 'c', 'd', 'e', 'f', 'g'] });
    expect(text).toContain("export const NAMES: readonly string[] = [\n  'a', 'b', 'c', 'd', 'e', 'f',\n  'g',\n];\n");
    expect(text).toContain('do not edit');
  });
});
