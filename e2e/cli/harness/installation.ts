/**
 * A copy of what users run (bin, conf and the built programs) in a folder of its own whose name has blanks, with an
 * empty home. Everything started from it is ended and everything it wrote is removed with it, and its `mqshutdown`
 * finds no servers but its own.
 */
import { cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ChildProgram, freePort, makeTempFolder } from '@rocketmq-ts/testkit';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const PORTS = { from: 22_000, to: 22_199 };
const PROGRAMS = ['broker', 'namesrv', 'mqadmin', 'mqshutdown', 'examples', 'cluster'];
/** Generous: the machine may be busy. Nothing waits that long when all is well. */
export const LIMIT_MS = 30_000;

export type Script = 'mqbroker' | 'mqnamesrv' | 'mqadmin' | 'mqshutdown' | 'tools.sh';
export type Settings = Readonly<Record<string, string | number>>;

export interface RunOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
}

export interface Ended {
  readonly code: number;
  /** Standard output and standard error. */
  readonly output: string;
}

export class Installation implements AsyncDisposable {
  readonly #folder = makeTempFolder('cli');
  readonly #started: ChildProgram[] = [];
  readonly folder = join(this.#folder.path, 'my servers');
  readonly home = join(this.#folder.path, 'home');
  readonly logFolder = join(this.home, 'logs', 'rocketmqlogs');

  constructor() {
    mkdirSync(this.home);
    for (const part of ['bin', 'conf']) cpSync(join(ROOT, part), join(this.folder, part), { recursive: true });
    for (const program of PROGRAMS) {
      const dist = join('apps', program, 'dist');
      const built = join(ROOT, dist, 'main.js');
      if (!existsSync(built)) throw new Error(`${built} is missing; build it first: npm run build`);
      cpSync(join(ROOT, dist), join(this.folder, dist), { recursive: true, filter: (path) => !path.endsWith('.map') });
    }
  }

  /** `sh bin/<script> …` with an empty home and neither ROCKETMQ_HOME nor NAMESRV_ADDR, unless given. */
  start(script: Script, args: readonly string[] = [], options: RunOptions = {}): ChildProgram {
    return this.command('sh', [join(this.folder, 'bin', script), ...args], options);
  }

  command(command: string, args: readonly string[], { env = {}, cwd = this.home }: RunOptions = {}): ChildProgram {
    const clean = { HOME: this.home, ROCKETMQ_HOME: undefined, NAMESRV_ADDR: undefined, ROCKETMQ_DATA: undefined, ROCKETMQ_LOGS: undefined, ROCKETMQ_DEBUG: undefined };
    const program = new ChildProgram({ name: [command, ...args].join(' '), command, args, cwd, env: { ...clean, ...env } });
    this.#started.push(program);
    return program;
  }

  /** Runs it to its end. */
  async run(script: Script, args: readonly string[] = [], options: RunOptions = {}): Promise<Ended> {
    const program = this.start(script, args, options);
    return { code: await program.waitForExit(LIMIT_MS), output: program.output };
  }

  /** Writes a file beside the home and returns its path. */
  file(name: string, text: string): string {
    const path = join(this.home, name);
    writeFileSync(path, text);
    return path;
  }

  /** A broker's file: loopback, its own store below the home, `settings` on top. */
  brokerFile(name: string, settings: Settings): string {
    const store = join(this.home, `store of ${name}`);
    return this.properties(`${name}.conf`, { brokerName: name, brokerIP1: '127.0.0.1', storePathRootDir: store, storePathCommitLog: join(store, 'commitlog'), ...settings });
  }

  properties(name: string, settings: Settings): string {
    return this.file(name, Object.entries(settings).map(([key, value]) => `${key}=${value}\n`).join(''));
  }

  async startNamesrv(): Promise<{ readonly program: ChildProgram; readonly port: number; readonly address: string }> {
    const port = await freePort(PORTS);
    const program = this.start('mqnamesrv', ['-c', this.properties(`namesrv-${port}.conf`, { listenPort: port })]);
    await program.waitForOutput(/boot success/, LIMIT_MS);
    return { program, port, address: `127.0.0.1:${port}` };
  }

  /** Returns when it says that it is ready. */
  async startBroker(args: readonly string[], options: RunOptions = {}): Promise<ChildProgram> {
    const program = this.start('mqbroker', args, options);
    await program.waitForOutput(/boot success/, LIMIT_MS);
    return program;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const program of this.#started) await program.stop();
    this.#folder.remove();
  }
}

/** listenPort of a broker, with room for the VIP port two below it and the HA port above. */
export async function brokerPort(): Promise<number> {
  return (await freePort({ ...PORTS, count: 4 })) + 2;
}

export async function namesrvPort(): Promise<number> {
  return await freePort(PORTS);
}
