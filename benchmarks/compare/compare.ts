// Is the working tree faster than a revision? The same benchmark in both trees in turn, A-B-B-A.
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { interleaved } from '../load/interleaved.ts';
import type { MicroOutcome } from '../micro/run.ts';
import { median } from '../report/statistics.ts';
import { type Times, compareTimes, comparisonTable } from './comparison.ts';
import { checkOut, commitOf, CompareError, uncommitted } from './worktree.ts';

const HELP = `npx nx run benchmarks:compare --base REV [options]

Runs a benchmark on the packages of REV and on those of the working tree, uncommitted changes included, in turn: A-B-B-A.
The benchmark's own code is the working tree's on both sides; what REV cannot load (an export it lacks) is named and left out.
REV is checked out to a temporary git worktree with the libraries installed here; npm ci only if package-lock.json differs.

  --base REV         a commit, branch or tag
  --bench NAME       gate (default: least times in fixed loops, 5 s a run) or micro (benchmark.js, a minute a run)
  --only A,B         with micro: subjects, such as decode,encode
  --rounds N         pairs of runs, default 4
  --help

The worktree is removed at the end, also after Ctrl-C.
`;

interface Bench {
  readonly args: readonly string[];
  read(json: string): { readonly times: Times; readonly missing: MicroOutcome['missing'] };
}

const root = fileURLToPath(new URL('../..', import.meta.url));
const { values: flags } = parseArgs({ options: { base: { type: 'string' }, bench: { type: 'string', default: 'gate' }, only: { type: 'string' }, rounds: { type: 'string', default: '4' }, help: { type: 'boolean', default: false } } });

const BENCHES: Readonly<Record<string, Bench>> = {
  gate: { args: ['benchmarks/gate/gate.ts'], read: (json) => ({ times: JSON.parse(json) as Times, missing: [] }) },
  micro: {
    args: ['benchmarks/micro/micro.ts', '--quick', ...(flags.only === undefined ? [] : ['--only', flags.only])],
    read(json) {
      const { results, missing } = JSON.parse(json) as MicroOutcome;
      const times = results.flatMap(({ id, contestants }) => contestants.map(({ name, nsPerUnit }) => [`${id}: ${name}`, median(nsPerUnit)] as const));
      return { times: Object.fromEntries(times), missing };
    },
  },
};

const interrupted = new AbortController();
process.once('SIGINT', () => interrupted.abort(new CompareError('Interrupted.')));
process.once('SIGTERM', () => interrupted.abort(new CompareError('Ended.')));

/** @throws CompareError with the last words of the benchmark */
async function runIn(tree: string, { args, read }: Bench, jsonFile: string): Promise<ReturnType<Bench['read']>> {
  interrupted.signal.throwIfAborted();
  const child = spawn(process.execPath, ['--conditions=@rocketmq-ts/source', '--import', 'tsx', ...args, '--json', jsonFile], { cwd: tree, stdio: ['ignore', 'ignore', 'pipe'] });
  const end = (): boolean => child.kill('SIGTERM');
  interrupted.signal.addEventListener('abort', end, { once: true });
  const { code, words } = await ended(child);
  interrupted.signal.removeEventListener('abort', end);
  interrupted.signal.throwIfAborted();
  const lacks = /does not provide an export named '[^']+'/.exec(words)?.[0];
  if (code !== 0) throw new CompareError(`The benchmark cannot run on ${tree}: ${lacks === undefined ? words.trim().split('\n').slice(-12).join('\n') : `a package ${lacks}`}`);
  return read(readFileSync(jsonFile, 'utf8'));
}

async function ended(child: ChildProcess): Promise<{ code: number | null; words: string }> {
  let words = '';
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => (words += chunk));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, words };
}

async function compare(): Promise<void> {
  if (flags.base === undefined) throw new CompareError('--base REV is missing; see --help');
  const bench = BENCHES[flags.bench];
  if (bench === undefined) throw new CompareError(`--bench ${flags.bench}: there is ${Object.keys(BENCHES).join(', ')}`);
  const rounds = Number(flags.rounds);
  if (!Number.isInteger(rounds) || rounds < 1) throw new CompareError(`--rounds ${flags.rounds}: a whole number from 1`);
  const commit = commitOf(root, flags.base);
  const changed = uncommitted(root);
  process.stderr.write(`base: ${flags.base} (${commit.slice(0, 9)}); against it the working tree${changed.length === 0 ? '' : ` with ${changed.length} uncommitted changes in packages/`}\n`);
  const worktree = checkOut(root, commit);
  try {
    const trees = { base: worktree.path, work: root };
    const times: { base: Times[]; work: Times[] } = { base: [], work: [] };
    const missing = new Set<string>();
    for (let round = 0; round < rounds; round++) {
      for (const side of interleaved(['base', 'work'] as const, round)) {
        process.stderr.write(`round ${round + 1}/${rounds} ${side}\n`);
        const outcome = await runIn(trees[side], bench, join(worktree.path, `${side}.json`));
        times[side].push(outcome.times);
        for (const { file, cause } of outcome.missing) missing.add(`${file} left out on the side of the ${side === 'base' ? 'base' : 'working tree'}: ${cause}`);
      }
    }
    process.stdout.write(comparisonTable(compareTimes(times.base, times.work)));
    for (const line of missing) process.stdout.write(`${line}\n`);
  } finally {
    worktree.remove();
  }
}

if (flags.help) {
  process.stdout.write(HELP);
} else {
  try {
    await compare();
  } catch (error) {
    if (!(error instanceof CompareError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 2;
  }
}
