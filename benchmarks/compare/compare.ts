// Is the working tree faster than a revision? The same benchmark in both trees in turn, A-B-B-A.
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { measureBoth } from '../load/interleaved.ts';
import { type MicroOutcome, SUBJECT_FILES } from '../micro/run.ts';
import { median } from '../report/statistics.ts';
import { measureAndReport, say } from '../run/measurement.ts';
import { compareTimes, comparisonTable, type Round, type Times } from './comparison.ts';
import { buildPrograms, SEND_LOADS, sendRounds, type Side } from './send-rounds.ts';
import { checkOut, commitOf, CompareError, uncommitted } from './worktree.ts';

const HELP = `npx nx run benchmarks:compare --base REV [options]

Runs a benchmark on the packages of REV and on those of the working tree, uncommitted changes included, in turn: A-B-B-A.
The benchmark's own code is the working tree's on both sides; what REV cannot load (an export it lacks) is named and left out.
REV is checked out to a temporary git worktree with the libraries installed here; npm ci only if package-lock.json differs.

  --base REV         a commit, branch or tag
  --bench NAME       gate (default: codec and append in fixed loops, 5 s a run), micro (benchmark.js, a minute a run) or send:
                     brokers of both trees, built from them, alive at once and loaded in turn; sends per second, RT and processor
                     time per send
  --only A,B         with micro: some of ${SUBJECT_FILES.join(', ')};
                     with send: some of ${SEND_LOADS.join(', ')} (connections x in flight; sync-: SYNC_MASTER with a slave)
  --rounds N         pairs of runs, default 4
  --seconds N        with send: of each measurement, default 2
  --help

The worktree is removed at the end, also after Ctrl-C, which prints the rounds that were complete.
`;

type Trees = Readonly<Record<Side, string>>;

interface Asked {
  readonly only: readonly string[];
  readonly rounds: number;
  readonly seconds: number;
  readonly signal: AbortSignal;
}

interface Bench {
  /** What `--only` may choose. */
  readonly words: readonly string[];
  /** Gives each round when both sides are complete, and names in `missing` what one of them lacks. */
  rounds(trees: Trees, asked: Asked, missing: Set<string>): AsyncGenerator<Round>;
}

interface Outcome {
  readonly times: Times;
  readonly missing: MicroOutcome['missing'];
}

const root = fileURLToPath(new URL('../..', import.meta.url));

const BENCHES: Readonly<Record<string, Bench>> = {
  gate: {
    words: [],
    rounds: (trees, asked, missing) => runsInTurn(trees, asked, missing, ['benchmarks/gate/gate.ts'], (json) => ({ times: JSON.parse(json) as Times, missing: [] })),
  },
  micro: {
    words: SUBJECT_FILES,
    rounds: (trees, asked, missing) => runsInTurn(trees, asked, missing, ['benchmarks/micro/micro.ts', '--quick', '--only', asked.only.join()], readMicro),
  },
  send: {
    words: SEND_LOADS,
    async *rounds(trees, asked) {
      for (const tree of Object.values(trees)) buildPrograms(tree);
      yield* sendRounds({ trees, ...asked });
    },
  },
};

function readMicro(json: string): Outcome {
  const { results, missing } = JSON.parse(json) as MicroOutcome;
  const times = results.flatMap(({ id, contestants }) => contestants.map(({ name, nsPerUnit }) => [`${id}: ${name}`, median(nsPerUnit)] as const));
  return { times: Object.fromEntries(times), missing };
}

/** A program of the benchmarks that writes JSON, run in each tree as a process of its own. */
async function* runsInTurn(trees: Trees, { rounds, signal }: Asked, missing: Set<string>, args: readonly string[], read: (json: string) => Outcome): AsyncGenerator<Round> {
  const runIn = (side: Side) => async (): Promise<Times> => {
    say(`${side}\n`);
    const outcome = await run(trees[side], args, join(trees.base, `${side}.json`), read, signal);
    for (const { file, cause } of outcome.missing) missing.add(`${file} left out on the side of the ${side === 'base' ? 'base' : 'working tree'}: ${cause}`);
    return outcome.times;
  };
  const sides = { without: runIn('base'), withIt: runIn('work') };
  for await (const { without: base, withIt: work } of measureBoth(rounds, sides, (round) => say(`round ${round + 1}/${rounds}\n`))) yield { base, work };
}

/** @throws CompareError with the last words of the benchmark */
async function run(tree: string, args: readonly string[], jsonFile: string, read: (json: string) => Outcome, signal: AbortSignal): Promise<Outcome> {
  signal.throwIfAborted();
  const child = spawn(process.execPath, ['--conditions=@rocketmq-ts/source', '--import', 'tsx', ...args, '--json', jsonFile], { cwd: tree, stdio: ['ignore', 'ignore', 'pipe'] });
  const end = (): boolean => child.kill('SIGTERM');
  signal.addEventListener('abort', end, { once: true });
  const { code, words } = await ended(child);
  signal.removeEventListener('abort', end);
  signal.throwIfAborted();
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

interface Command {
  readonly base: string;
  readonly commit: string;
  readonly benchName: string;
  readonly bench: Bench;
  readonly asked: Omit<Asked, 'signal'>;
}

/** @throws CompareError */
function readCommand(): Command | 'help' {
  const text = { type: 'string' } as const;
  const { values: flags } = parseArgs({ options: { base: text, bench: { ...text, default: 'gate' }, only: text, rounds: { ...text, default: '4' }, seconds: text, help: { type: 'boolean', default: false } } });
  if (flags.help) return 'help';
  if (flags.base === undefined) throw new CompareError('--base REV is missing; see --help');
  const bench = BENCHES[flags.bench];
  if (bench === undefined) throw new CompareError(`--bench ${flags.bench}: there is ${Object.keys(BENCHES).join(', ')}`);
  if (flags.seconds !== undefined && bench !== BENCHES['send']) throw new CompareError('--seconds is for --bench send');
  const only = flags.only?.split(',') ?? bench.words;
  const unknown = only.find((word) => !bench.words.includes(word));
  if (unknown !== undefined) throw new CompareError(`--only ${unknown}: ${bench.words.length === 0 ? `--bench ${flags.bench} is one piece` : `there is ${bench.words.join(', ')}`}`);
  const asked = { only, rounds: wholeNumber('--rounds', flags.rounds), seconds: wholeNumber('--seconds', flags.seconds ?? '2') };
  return { base: flags.base, commit: commitOf(root, flags.base), benchName: flags.bench, bench, asked };
}

function wholeNumber(flag: string, text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new CompareError(`${flag} ${text}: a whole number from 1`);
  return number;
}

async function compare({ base, commit, benchName, bench, asked }: Command): Promise<void> {
  const changed = uncommitted(root);
  const sides = `${base} (${commit.slice(0, 9)}); against it the working tree${changed.length === 0 ? '' : ` with ${changed.length} uncommitted changes`}`;
  const rounds: Round[] = [];
  const missing = new Set<string>();
  await measureAndReport({
    name: 'compare',
    reportFile: undefined,
    async measure({ signal }) {
      say(`base: ${sides}\n`);
      const worktree = checkOut(root, commit);
      try {
        for await (const round of bench.rounds({ base: worktree.path, work: root }, { ...asked, signal }, missing)) rounds.push(round);
      } finally {
        worktree.remove();
      }
    },
    report: () => (rounds.length === 0 ? undefined : [`# ${benchName}: base ${sides}`, '', comparisonTable(compareTimes(rounds)), ...[...missing].map((line) => `${line}\n`)].join('\n')),
  });
}

try {
  const command = readCommand();
  if (command === 'help') process.stdout.write(HELP);
  else await compare(command);
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 2;
}
