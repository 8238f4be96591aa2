// Where a master and its slave spend their processor time under load: flame graphs and a table, from `node --cpu-prof`.
//
//   npx nx run benchmarks:profile [--quick] [--roles …] [--connections N] [--in-flight N] [--body BYTES] [--seconds S] [--report FILE]
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { makeTempFolder } from '@rocketmq-ts/testkit';
import { type MasterRole, oursPair, startPair } from '../contenders/pairs.ts';
import { LoadRunner } from '../load/load-runner.ts';
import { type CpuProfile, callsOf, functionTimes, type TimedCalls } from './cpu-profile.ts';
import { type Block, heading, paragraph, picture, table } from './document.ts';
import { flameGraphSvg } from './flame-graph.ts';
import { describeOurs } from './machine.ts';
import { markdownOf } from './markdown.ts';
import { sourceNames } from './source-names.ts';
import { percent, perSecond } from './units.ts';

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
const INTERVAL_US = 250;
const TOP = 25;
const root = fileURLToPath(new URL('../../', import.meta.url));

interface Flags {
  readonly roles: readonly MasterRole[];
  readonly connections: number;
  readonly inFlight: number;
  readonly bodyBytes: number;
  readonly measureSeconds: number;
  readonly report: string;
}

interface ProfiledProcess {
  readonly name: 'master' | 'slave';
  readonly calls: TimedCalls;
}

interface ProfiledPair {
  readonly role: MasterRole;
  readonly sendsPerSecond: number;
  readonly processes: readonly ProfiledProcess[];
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
  const folder = makeTempFolder('bench-profile');
  const runner = new LoadRunner();
  try {
    profileEveryNode(folder.path);
    const pairs: ProfiledPair[] = [];
    for (const role of flags.roles) {
      say(`${role} … `);
      const pair = await profilePair(role, flags, runner, join(folder.path, 'profiles'));
      say(`${perSecond(pair.sendsPerSecond)}\n`);
      pairs.push(pair);
    }
    writeReport(flags, pairs);
  } finally {
    await runner.close();
    folder.remove();
  }
}

/** `bin/mqbroker` takes `node` from PATH, so this one comes first there; profiles go to a folder named after the broker's home. */
function profileEveryNode(folder: string): void {
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  const options = `--cpu-prof --cpu-prof-interval=${INTERVAL_US} --cpu-prof-dir='${join(folder, 'profiles')}/'"$(basename "$HOME")"`;
  writeFileSync(join(bin, 'node'), `#!/bin/sh\nexec '${process.execPath}' ${options} "$@"\n`);
  chmodSync(join(bin, 'node'), 0o755);
  process.env.PATH = `${bin}:${process.env.PATH ?? ''}`;
}

async function profilePair(role: MasterRole, flags: Flags, runner: LoadRunner, profiles: string): Promise<ProfiledPair> {
  const { connections, inFlight, bodyBytes, measureSeconds } = flags;
  const pair = await startPair(oursPair, role, { signal: ended.signal });
  try {
    const times = { warmUpSeconds: measureSeconds / 2, measureSeconds };
    const { sendsPerSecond, failed, firstFailure } = await runner.run({ host: '127.0.0.1', port: pair.port }, { kind: 'closed', connections, inFlight, bodyBytes }, times, [], ended.signal);
    const toUs = monotonicUs();
    if (failed > 0) throw new Error(`${failed} sends failed, the first: ${firstFailure}`);
    const processes: ProfiledProcess[] = [];
    for (const { name, pid } of [
      { name: 'master', pid: pair.pid },
      { name: 'slave', pid: pair.slave.pid },
    ] as const) {
      await leave(pid);
      const calls = callsOf(lastProfile(join(profiles, name)), sourceNames(root), toUs - measureSeconds * 1e6, toUs);
      if (calls.root.totalUs + calls.idleUs === 0) throw new Error(`the profile of the ${name} holds nothing of the measured time`);
      processes.push({ name, calls });
    }
    return { role, sendsPerSecond, processes };
  } finally {
    await pair.stop();
  }
}

/** The clock that V8 writes into profiles. */
function monotonicUs(): number {
  return Number(process.hrtime.bigint() / 1000n);
}

/** In order: a profile is written when its process leaves. */
async function leave(pid: number): Promise<void> {
  process.kill(pid, 'SIGTERM');
  const deadline = performance.now() + 30_000;
  while (isRunning(pid)) {
    if (performance.now() > deadline) throw new Error(`process ${pid} does not end`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Of the role that ran last; names begin with date and time. */
function lastProfile(folder: string): CpuProfile {
  const name = readdirSync(folder).sort().at(-1);
  if (name === undefined) throw new Error(`no profile in ${folder}`);
  return JSON.parse(readFileSync(join(folder, name), 'utf8')) as CpuProfile;
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
      const title = `${name === 'master' ? role : `SLAVE of ${role === 'ASYNC_MASTER' ? 'an' : 'a'} ${role}`} at ${perSecond(sendsPerSecond)}`;
      const file = report.replace(/\.md$/, '') + `-${role.toLowerCase().replace('_master', '')}-${name}.svg`;
      const svg = flameGraphSvg(title, calls);
      writeFileSync(file, svg);
      say(`${file}\n`);
      const busyUs = calls.root.totalUs;
      const rows = functionTimes(calls.root).slice(0, TOP).map((own) => [`\`${own.name}\``, own.file, percent(own.selfUs / busyUs), percent(own.totalUs / busyUs)]);
      blocks.push(heading(2, title), picture({ title, file: relative(dirname(report), file), svg }), table(['function', 'file', 'itself', 'with what it calls'], rows));
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
