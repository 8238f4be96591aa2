// Codec and store in this process, beside what others would use: benchmark.js samples in interleaved rounds.
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { describeOurs } from '../report/machine.ts';
import { measureAndReport, say } from '../run/measurement.ts';
import { microReport } from './report.ts';
import { type MicroOutcome, runMicro, SUBJECT_FILES } from './run.ts';

const HELP = `npx nx run benchmarks:micro [options]

Times header decode and encode, record encode, tag filter, batch split, store append and index put beside JSON.parse,
JSON.stringify, protobufjs and a plain write of equal content, which is checked first. Samples of benchmark.js, all
contestants in turn, A-B-B-A; the report has medians, spread and ratios of the same round.

  --only A,B       ${SUBJECT_FILES.join(', ')}
  --rounds N       default 7
  --quick          3 short rounds
  --report FILE    writes the report there instead of to the standard output
  --json FILE      writes the figures, for benchmarks:compare
  --help

Leaves nothing behind: stores stand in the temporary folder (up to 3 GB). Ctrl-C ends after the present round and reports it.
`;

const { values: flags } = parseArgs({
  options: { only: { type: 'string' }, rounds: { type: 'string' }, quick: { type: 'boolean', default: false }, report: { type: 'string' }, json: { type: 'string' }, help: { type: 'boolean', default: false } },
});

function stopWith(cause: string): never {
  process.stderr.write(`${cause}\n`);
  process.exit(2);
}

if (flags.help) {
  process.stdout.write(HELP);
  process.exit(0);
}
const only = flags.only?.split(',') ?? SUBJECT_FILES;
const unknown = only.find((name) => !SUBJECT_FILES.includes(name));
if (unknown !== undefined) stopWith(`--only ${unknown}: there is ${SUBJECT_FILES.join(', ')}`);
const rounds = Number(flags.rounds ?? (flags.quick ? 3 : 7));
if (!Number.isInteger(rounds) || rounds < 1) stopWith(`--rounds ${flags.rounds}: a whole number from 1`);
const seconds = flags.quick ? 0.03 : 0.1;

const how = `${rounds} interleaved rounds of benchmark.js samples (up to ${seconds} s each) after one that warms up; ratios are of the same round.`;
let outcome: MicroOutcome = { results: [], missing: [] };

await measureAndReport({
  name: 'micro',
  reportFile: flags.report,
  report: () => (outcome.results.length === 0 ? undefined : microReport(outcome.results, { machine: describeOurs(), how })),
  async measure({ signal }) {
    outcome = await runMicro({ only, rounds, seconds, signal, progress: (line) => say(`${line}\n`) });
    for (const { file, cause } of outcome.missing) say(`${file} left out: ${cause}\n`);
  },
});
if (flags.json !== undefined) writeFileSync(flags.json, JSON.stringify(outcome));
