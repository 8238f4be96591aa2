// Builds what users run: `dist/` of every package (JavaScript and types, by tsc) and one bundled file per program
// (by esbuild, which starts in a fraction of the time that loose modules take).
//
//   node tools/build/build.mjs             packages and programs; what `npm ci` does
//   node tools/build/build.mjs programs    programs only (0.3 s), from the TypeScript sources
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const what = process.argv[2] ?? 'all';
if (what !== 'all' && what !== 'programs') {
  console.error(`build: unknown argument '${what}'; use nothing or 'programs'`);
  process.exit(2);
}

/** Servers start from a code cache (`start-cached.mjs`), which takes a script and not a module. */
const servers = ['apps/namesrv', 'apps/broker'];
const programs = [
  ['apps/mqadmin/src/main.ts', 'apps/mqadmin/dist/main.js'],
  ['apps/mqshutdown/src/main.ts', 'apps/mqshutdown/dist/main.js'],
  ['apps/cluster/src/main.ts', 'apps/cluster/dist/main.js'],
  ['apps/examples/src/main.ts', 'apps/examples/dist/main.js'],
].filter(([entry]) => existsSync(join(root, entry)));

const bundled = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node20',
  conditions: ['@rocketmq-ts/source'],
  sourcemap: 'linked',
  legalComments: 'none',
  logLevel: 'warning',
};

async function buildProgram(entry, outfile) {
  // CommonJS libraries inside an ESM bundle still call require for Node's own modules.
  const banner = { js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);" };
  await build({ ...bundled, entryPoints: [entry], outfile, format: 'esm', banner });
}

async function buildServer(folder) {
  const dist = join(root, folder, 'dist');
  const banner = { js: "const __programUrl = require('node:url').pathToFileURL(__filename).href;" };
  await build({ ...bundled, entryPoints: [`${folder}/src/main.ts`], outfile: join(dist, 'main.cjs'), format: 'cjs', banner, define: { 'import.meta.url': '__programUrl' } });
  for (const name of readdirSync(dist)) if (name.endsWith('.cache')) rmSync(join(dist, name));
  rmSync(join(dist, 'main.js.map'), { force: true });
  copyFileSync(join(root, 'tools/build/start-cached.mjs'), join(dist, 'main.js'));
}

const built = await Promise.allSettled([...programs.map(([entry, outfile]) => buildProgram(entry, outfile)), ...servers.map(buildServer)]);

// A broken program does not keep the others from being built; esbuild has said what is wrong with it.
if (built.some(({ status }) => status === 'rejected')) process.exitCode = 1;

if (what === 'all') {
  const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
  const result = spawnSync(process.execPath, [tsc, '-b', 'tsconfig.build.json'], { cwd: root, stdio: 'inherit' });
  if (result.status !== 0) process.exit(result.status ?? 1);
}
