// Makes the report of `benchmarks:sync-replication` again from its JSON.
//
//   npx nx run benchmarks:render --json FILE [--out BASE] [--profile FILE.svg …]
import { parseArgs } from 'node:util';
import { readResults } from './results-json.ts';
import { writeSyncReplicationReport } from './write-report.ts';

const HELP = `Makes the report of benchmarks:sync-replication again from its JSON: Markdown, HTML, plots.

  npx nx run benchmarks:render --json FILE [--out BASE] [--profile FILE.svg …]

  --json FILE             what a run has written
  --out BASE              where the report goes, without ending; beside the JSON when left out
  --profile FILE.svg      a flame graph of benchmarks:profile to take in; may be given several times
`;

try {
  const { values: flags } = parseArgs({
    options: { json: { type: 'string' }, out: { type: 'string' }, profile: { type: 'string', multiple: true, default: [] }, help: { type: 'boolean', default: false } },
  });
  if (flags.help) process.stdout.write(HELP);
  else if (flags.json === undefined) throw new Error('--json FILE is missing; --help tells more');
  else {
    const files = await writeSyncReplicationReport(readResults(flags.json), flags.out ?? flags.json.replace(/\.json$/, ''), flags.profile);
    process.stdout.write(`${files.join('\n')}\n`);
  }
} catch (error) {
  process.stderr.write(`render: ${(error as Error).message}\n`);
  process.exitCode = 1;
}
