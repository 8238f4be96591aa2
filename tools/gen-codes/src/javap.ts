/**
 * Reads constants out of class files through the JDK's `javap`, so that no number in the generated tables was ever typed
 * by hand. Plain constants come from `-constants`; enum members from the byte code of the static initialiser, where each
 * member is pushed as name, ordinal and own arguments.
 */
import { execFileSync } from 'node:child_process';

export interface Constant {
  readonly name: string;
  readonly value: number;
}

function javap(flags: readonly string[], classPath: string, className: string): string {
  return execFileSync('javap', [...flags, '-cp', classPath, className], { encoding: 'utf8', maxBuffer: 64 << 20 });
}

/** `public static final int NAME = 1;` members of a class, in the order of the source. */
export function intConstants(classPath: string, className: string): Constant[] {
  return parseIntConstants(javap(['-constants'], classPath, className));
}

export function parseIntConstants(listing: string): Constant[] {
  const constants: Constant[] = [];
  for (const match of listing.matchAll(/static final int (\w+) = (-?\d+);/g)) {
    constants.push({ name: match[1] as string, value: Number(match[2]) });
  }
  return constants;
}

/** Members of an enum whose constructor takes one small number, with that number. */
export function enumNumbers(classPath: string, className: string): Constant[] {
  return parseEnumNumbers(javap(['-c', '-p'], classPath, className));
}

export function parseEnumNumbers(listing: string): Constant[] {
  const start = listing.indexOf('static {};');
  if (start < 0) throw new Error('no static initialiser in the listing');
  const constants: Constant[] = [];
  const member = /ldc(?:_w)?\s+#\d+\s+\/\/ String (\w+)\s+\d+: (?:iconst_\d|bipush\s+\d+|sipush\s+\d+)\s+\d+: (?:iconst_(\d)|(?:bipush|sipush)\s+(\d+))\s+\d+: invokespecial/g;
  for (const match of listing.slice(start).matchAll(member)) {
    constants.push({ name: match[1] as string, value: Number(match[2] ?? match[3]) });
  }
  return constants;
}

/** Names of an enum's members in ordinal order. */
export function enumNames(classPath: string, className: string): string[] {
  return parseEnumNames(javap([], classPath, className), className);
}

export function parseEnumNames(listing: string, className: string): string[] {
  const escaped = className.replaceAll('.', '\\.').replaceAll('$', '\\$');
  return [...listing.matchAll(new RegExp(`public static final ${escaped} (\\w+);`, 'g'))].map((match) => match[1] as string);
}
