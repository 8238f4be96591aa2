/**
 * Types the tutorial's lines into a shell, in a copy of what users have, with the home folder and /data/rocketmq moved
 * into a temporary folder. What still runs at the end is stopped by its process id.
 */
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { ChildProgram } from '@rocketmq-ts/testkit';
import { Installation, LIMIT_MS } from '../../cli/harness/installation.ts';
import type { Ended } from '../../cli/harness/installation.ts';
import { PORTS } from './expected.ts';

export const NAMESRV_ADDR = 'localhost:9876';

/** A program that a line with `nohup … &` has left running. */
export interface Background {
  readonly line: string;
  readonly program: ChildProgram;
}

export class Typist implements AsyncDisposable {
  readonly installation = new Installation();
  readonly dataFolder = join(this.installation.home, 'data of rocketmq');
  readonly #background: Background[] = [];

  /** `nohup sh bin/… &`: goes on running. Returns when it has said that it is up. */
  async typeNohup(line: string): Promise<ChildProgram> {
    const words = /^nohup (sh bin\/.*) &$/.exec(line)?.[1]?.split(' ');
    if (words === undefined) throw new Error(`not a nohup line: ${line}`);
    const program = this.installation.command('nohup', words, this.#options());
    this.#background.push({ line, program });
    await program.waitForOutput(/boot success/, LIMIT_MS);
    return program;
  }

  /** Any other line, run to its end by a shell. */
  async type(line: string): Promise<Ended> {
    const program = this.installation.command('sh', ['-c', line], this.#options());
    return { code: await program.waitForExit(LIMIT_MS), output: program.output };
  }

  /** Those that a pattern of the typed line names and that still run. */
  running(pattern: RegExp): ChildProgram[] {
    return this.#background.filter(({ line, program }) => pattern.test(line) && program.exitCode === undefined).map(({ program }) => program);
  }

  #options() {
    return { cwd: this.installation.folder, env: { ROCKETMQ_DATA: this.dataFolder } };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.installation[Symbol.asyncDispose]();
  }
}

/** The tutorial's ports that somebody else has; a reason to skip, for a table with the wrong brokers proves nothing. */
export async function takenPorts(): Promise<number[]> {
  const taken: number[] = [];
  for (const port of PORTS) if (!(await isFree(port))) taken.push(port);
  return taken;
}

async function isFree(port: number): Promise<boolean> {
  return await new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, () => server.close(() => resolve(true)));
  });
}
