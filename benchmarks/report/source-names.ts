// From a place in a bundle to the name of a function as its author knows it, by the bundle's source map.
import { existsSync, readFileSync } from 'node:fs';
import { SourceMap, type SourceMapPayload } from 'node:module';
import { dirname, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CallFrame, FunctionName } from './cpu-profile.ts';

/** `root` is what paths are shown relative to. Places without a map keep the name that V8 gives them. */
export function sourceNames(root: string): (frame: CallFrame) => FunctionName {
  const maps = new Map<string, SourceMap | undefined>();
  return ({ functionName, url, lineNumber, columnNumber }) => {
    const name = functionName === '' ? '(anonymous)' : functionName;
    if (url === '' || url.startsWith('node:')) return { name, file: url };
    const file = url.startsWith('file:') ? fileURLToPath(url) : url;
    if (!maps.has(file)) maps.set(file, mapOf(file));
    const entry = maps.get(file)?.findEntry(lineNumber, columnNumber);
    const original = entry !== undefined && 'originalSource' in entry ? entry : undefined;
    const source = original === undefined ? file : resolve(dirname(file), original.originalSource);
    // Without a name the line tells which one it is.
    const line = functionName === '' ? `:${(original?.originalLine ?? lineNumber) + 1}` : '';
    return { name, file: relative(root, source) + line };
  };
}

function mapOf(file: string): SourceMap | undefined {
  const map = `${file}.map`;
  return existsSync(map) ? new SourceMap(JSON.parse(readFileSync(map, 'utf8')) as SourceMapPayload) : undefined;
}
