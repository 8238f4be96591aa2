// Where a master and its slave spend their processor time under load: flame graphs and a table, from `node --cpu-prof`.
//
//   npx nx run benchmarks:profile [--quick] [--roles …] [--connections N] [--in-flight N] [--body BYTES] [--seconds S] [--report FILE]
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import { parseArgs } from 'node:util';
import type { MasterRole } from '../contenders/pairs.ts';
import { LoadRunner } from '../load/load-runner.ts';
import { functionTimes } from './cpu-profile.ts';
import { type Block, heading, paragraph, picture } from './document.ts';
import { flameGraphSvg } from './flame-graph.ts';
import { describeOurs } from './machine.ts';
import { markdownOf } from './markdown.ts';
import { functionTable, titleOf } from './profile-blocks.ts';
import { INTERVAL_US, type ProfiledPair, profilePair } from './profiled-pair.ts';
import { perSecond } from './units.ts';

const HELP = `Where a master and its slave spend their processor time under load.

  npx nx run benchmarks:profile [options]

  --roles LIST       ASYNC_MASTER,SYNC_MASTER (default both)
  --connections N    of the load, closed loop (default 4)
  --in-flight N      on each connection (default 16)
  --body BYTES       (default 128)
  --seconds S        measured, after half as much of warm-up (default 8)
  --quick            3 s
  --report FILE      Markdown; flame graphs (SVG) go beside it (default benchmarks/reports/profile.md)
`;
const TOP = 25;

interface Flags {
  readonly roles: readonly MasterRole[];
  readonly connections: number;
  readonly inFlight: number;
  readonly bodyBytes: number;
  readonly measureSeconds: number;
  readonly report: string;
}

const ended = new AbortController();
// `on`, not `once`: the test kit ends its programs and sends the signal again.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => ended.abort(new Error(`ended by ${signal}`)));
const say = (text: string): boolean => process.stderr.write(text);

try {
  const flags = flagsOf(process.argv.slice(2));
  if (flags === undefined) process.stdout.write(HELP);
  else await run(flags);
} catch (error) {
  say(`profile: ${((ended.signal.reason ?? error) as Error).message}\n`);
  process.exitCode = ended.signal.aborted ? 130 : 1;
}

async function run(flags: Flags): Promise<void> {
  const { connections, inFlight, bodyBytes, measureSeconds } = flags;
  const runner = new LoadRunner();
  try {
    const pairs: ProfiledPair[] = [];
    for (const role of flags.roles) {
      say(`${role} … `);
      const pair = await profilePair(role, { kind: 'closed', connections, inFlight, bodyBytes }, measureSeconds, runner, ended.signal);
      say(`${perSecond(pair.sendsPerSecond)}\n`);
      pairs.push(pair);
    }
    writeReport(flags, pairs);
  } finally {
    await runner.close();
  }
}

function writeReport({ connections, inFlight, bodyBytes, measureSeconds, report }: Flags, pairs: readonly ProfiledPair[]): void {
  mkdirSync(dirname(report), { recursive: true });
  const blocks: Block[] = [
    heading(1, 'Where the processor time goes'),
    paragraph(
      `rocketmq-ts, a master and its slave under ${connections} × ${inFlight} in flight, ${bodyBytes} B, ASYNC_FLUSH on both sides: ${measureSeconds} s after ${measureSeconds / 2} s of warm-up, a sample every ${INTERVAL_US} µs ` +
        `(which takes part of the speed). Shares are of the time in which the process was busy; the generator shares the cores. ${describeOurs()}`,
    ),
  ];
  for (const { role, sendsPerSecond, processes } of pairs) {
    for (const { name, calls } of processes) {
      const title = titleOf(role, name, sendsPerSecond);
      const file = report.replace(/\.md$/, '') + `-${role.toLowerCase().replace('_master', '')}-${name}.svg`;
      const svg = flameGraphSvg(title, calls);
      writeFileSync(file, svg);
      say(`${file}\n`);
      const functions = functionTable(functionTimes(calls.root).slice(0, TOP), calls.root.totalUs);
      blocks.push(heading(2, title), picture({ title, file: relative(dirname(report), file), svg }), functions);
    }
  }
  writeFileSync(report, markdownOf(blocks));
  say(`${report}\n`);
}

function flagsOf(args: readonly string[]): Flags | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      roles: { type: 'string', default: 'ASYNC_MASTER,SYNC_MASTER' },
      connections: { type: 'string', default: '4' },
      'in-flight': { type: 'string', default: '16' },
      body: { type: 'string', default: '128' },
      seconds: { type: 'string' },
      quick: { type: 'boolean', default: false },
      report: { type: 'string', default: 'benchmarks/reports/profile.md' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  return {
    roles: values.roles.split(',').map((role) => {
      if (role !== 'ASYNC_MASTER' && role !== 'SYNC_MASTER') throw new Error(`--roles ${role}: ASYNC_MASTER or SYNC_MASTER is expected`);
      return role;
    }),
    connections: positive('connections', values.connections),
    inFlight: positive('in-flight', values['in-flight']),
    bodyBytes: positive('body', values.body),
    measureSeconds: positive('seconds', values.seconds ?? (values.quick ? '3' : '8')),
    report: values.report,
  };
}

function positive(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value <= 0) throw new Error(`--${name} ${text}: a whole number above 0 is expected`);
  return value;
}
