/** The server processes of this workspace: which of them run, and how one is started. */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { RmqError } from '@rocketmq-ts/kernel';
import { type RunningProcess, runningProcessesOf } from '@rocketmq-ts/launcher';

import type { Member } from './members.ts';
import { logFolderOf } from './place.ts';
import type { Entry } from './roster.ts';

export const NAME_SERVER = 'namesrv';
const PROGRAMS = { broker: 'apps/broker/dist/main.js', namesrv: 'apps/namesrv/dist/main.js' } as const;

/** @throws RmqError NOT_BUILT */
export function checkBuilt(workspace: string): void {
  for (const program of Object.values(PROGRAMS)) {
    const path = join(workspace, program);
    if (!existsSync(path)) throw new RmqError('NOT_BUILT', `${path} is missing; build it first: npm run build`);
  }
}

/** Processes of this workspace that run one of `members`, or a name server as it is without a file; whoever started them. */
export function runningServers(workspace: string, members: readonly Member[]): Entry[] {
  const nameServers = processesRunning(workspace, 'namesrv')
    .filter((running) => configFileOf(running) === undefined)
    .map(({ pid }) => ({ name: NAME_SERVER, pid }));
  const nameOfFile = new Map(members.map(({ configFile, name }) => [join(workspace, configFile), name]));
  const brokers = processesRunning(workspace, 'broker').flatMap((running) => {
    const name = nameOfFile.get(configFileOf(running) ?? '');
    return name === undefined ? [] : [{ name, pid: running.pid }];
  });
  return [...nameServers, ...brokers];
}

/** The file that a server was started with, as an absolute path. */
export function configFileOf({ argv, folder }: RunningProcess): string | undefined {
  const at = argv.findIndex((word) => word === '-c' || word === '--configFile');
  const value = at < 0 ? undefined : argv[at + 1];
  return value === undefined ? undefined : resolve(folder ?? '/', value);
}

function processesRunning(workspace: string, program: keyof typeof PROGRAMS): RunningProcess[] {
  const path = join(workspace, PROGRAMS[program]);
  return existsSync(path) ? runningProcessesOf(realpathSync(path)) : [];
}

/** A server of ours from its start on; it goes on when this process ends. */
export class StartedServer implements Entry {
  readonly name: string;
  readonly pid: number;
  readonly outputFile: string;
  readonly #child: ChildProcess;

  /** `sh bin/mqbroker -c …`, detached from the terminal, with its output in `nohup.out` beside its log. */
  constructor(workspace: string, dataFolder: string, server: Member | typeof NAME_SERVER) {
    this.name = server === NAME_SERVER ? NAME_SERVER : server.name;
    const logs = logFolderOf(dataFolder, this.name);
    mkdirSync(logs, { recursive: true });
    this.outputFile = join(logs, 'nohup.out');
    const output = openSync(this.outputFile, 'w');
    const words = server === NAME_SERVER ? ['bin/mqnamesrv'] : ['bin/mqbroker', '-c', server.configFile];
    const env = { ...process.env, ROCKETMQ_DATA: dataFolder, ROCKETMQ_LOGS: logs, ROCKETMQ_HOME: workspace };
    this.#child = spawn('sh', words, { cwd: workspace, env, detached: true, stdio: ['ignore', output, output] });
    closeSync(output);
    if (this.#child.pid === undefined) throw new RmqError('START', `can't run sh ${words.join(' ')}`);
    this.pid = this.#child.pid; // the scripts hand over with exec, so it is the server's own
    this.#child.unref();
  }

  get hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  get hasBooted(): boolean {
    return /boot success/.test(this.output);
  }

  get output(): string {
    return readFileSync(this.outputFile, 'utf8');
  }

  /** What it said last: errors come as one line. */
  get cause(): string {
    const lines = this.output.split('\n').filter((line) => line.trim() !== '');
    return lines.findLast((line) => /^mq\w+: /.test(line)) ?? lines.at(-1) ?? `it ended without a word (${this.#child.signalCode ?? this.#child.exitCode})`;
  }
}
