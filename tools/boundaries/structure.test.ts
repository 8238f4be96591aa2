// What the lint rules cannot see: tags, doors between packages, and the order of layers inside one.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = new URL('../../', import.meta.url).pathname;

interface PackageJson {
  name: string;
  nx?: { tags?: string[] };
}

const projectFolders = ['packages', 'apps', 'tools'].flatMap((group) => readdirSync(join(root, group)).map((name) => join(group, name))).concat('benchmarks', 'e2e');

function packageOf(folder: string): PackageJson {
  return JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as PackageJson;
}

function sourcesOf(folder: string): { path: string; text: string }[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.parentPath.includes('node_modules') && !entry.parentPath.includes('/dist'))
    .map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return { path: path.slice(root.length), text: readFileSync(path, 'utf8') };
    });
}

/** Files under `folder` (tests aside) whose relative imports match `pattern`. */
function importers(folder: string, pattern: RegExp): string[] {
  return sourcesOf(folder)
    .filter(({ path, text }) => !path.endsWith('.test.ts') && [...text.matchAll(/from '(\.[^']+)'/g)].some((m) => pattern.test(m[1] ?? '')))
    .map(({ path }) => path);
}

describe('every project has exactly one layer, and every rule has a project', async () => {
  const configFile = new URL('../../eslint.config.mjs', import.meta.url).href;
  const { depConstraints } = (await import(configFile)) as { depConstraints: { sourceTag: string }[] };
  const tags = new Map(projectFolders.map((folder) => [folder, (packageOf(folder).nx?.tags ?? []).filter((tag) => tag.startsWith('layer:'))]));

  it.each([...tags])('%s', (_folder, own) => {
    expect(own, 'give the project one "layer:" tag in package.json, nx.tags').toHaveLength(1);
    expect(depConstraints.map((row) => row.sourceTag), 'add a row for the tag in eslint.config.mjs').toContain(own[0]);
  });

  it('no rule is inert', () => {
    const used = new Set([...tags.values()].flat());
    expect(depConstraints.map((row) => row.sourceTag).filter((tag) => !used.has(tag)), 'a row whose tag no project has never bites').toEqual([]);
  });
});

describe('layers inside a package point one way', () => {
  it.each([
    ['packages/remoting-protocol/src/bytes', /\/(frame|command|codes|message|api|body)\//],
    ['packages/remoting-protocol/src/frame', /\/(command|api|body|message)\//],
    ['packages/remoting-protocol/src/command', /\/api\//],
    ['packages/store/src/format', /\/(segment|append|derive|read|recover|flush|retain)\//],
    ['packages/store/src/segment', /\/(append|derive|read|recover|flush|retain)\//],
    ['packages/kernel/src/sim', /\/node\/(?!drain-microtasks)/],
    ['packages/kernel/src/node', /\/sim\//],
  ])('%s does not reach up', (folder, forbidden) => {
    expect(importers(folder, forbidden), `move the shared piece down: ${folder} may not import ${forbidden}`).toEqual([]);
  });
});

describe('files say where their format comes from', () => {
  it.each(['packages/remoting-protocol/src/frame', 'packages/remoting-protocol/src/api', 'packages/store/src/format'])('%s', (folder) => {
    const silent = sourcesOf(folder)
      .filter(({ path, text }) => !/(\.test|index|internal|define-\w+|api-table|limits|big-endian)\.ts$/.test(path) && !/Source:|Format of our own/.test(text))
      .map(({ path }) => path);
    expect(silent, 'name the Java file (4.6.0) in a `Source:` line, or say `Format of our own`').toEqual([]);
  });
});

describe('no attic', () => {
  it('has no folder or file named common, utils, helpers or types', () => {
    const attics = projectFolders.flatMap(sourcesOf).map(({ path }) => path).filter((path) => /(^|\/)(common|utils?|helpers?|misc)(\/|\.ts$)/.test(path));
    expect(attics, 'name the thing by what it is').toEqual([]);
  });
});
