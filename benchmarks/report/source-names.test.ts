import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { makeTempFolder } from '@rocketmq-ts/testkit';
import { transformSync } from 'esbuild';
import { expect, it } from 'vitest';
import { sourceNames } from './source-names.ts';

it('finds the source of a bundled function, and leaves the rest as it is', () => {
  const folder = makeTempFolder('source-names');
  try {
    const source = '// a line that goes away\n\nexport function append(): number {\n  return 1;\n}\nexport const later = [() => 2];\n';
    const { code, map } = transformSync(source, { loader: 'ts', sourcemap: 'external', sourcefile: 'src/append.ts', minifyWhitespace: true });
    const bundle = join(folder.path, 'main.cjs');
    writeFileSync(bundle, code);
    writeFileSync(`${bundle}.map`, map);
    const nameOf = sourceNames(folder.path);
    const at = (functionName: string, text: string, url: string) => nameOf({ functionName, url, lineNumber: 0, columnNumber: code.indexOf(text) });
    expect(at('append', 'append', bundle)).toEqual({ name: 'append', file: 'src/append.ts' });
    expect(at('', '()=>2', pathToFileURL(bundle).href)).toEqual({ name: '(anonymous)', file: 'src/append.ts:6' });
    expect(at('writeSync', '', 'node:fs')).toEqual({ name: 'writeSync', file: 'node:fs' });
    expect(at('(garbage collector)', '', '')).toEqual({ name: '(garbage collector)', file: '' });
    expect(at('free', '', join(folder.path, 'other.js'))).toEqual({ name: 'free', file: 'other.js' });
  } finally {
    folder.remove();
  }
});
