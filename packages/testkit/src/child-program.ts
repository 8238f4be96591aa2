/**
 * A program started by a test: its output is collected, a line of it can be waited for, and it is always ended by
 * its own pid, at the latest when the test process leaves. Used for the Java servers and for our own.
 */
import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';

export interface ProgramOptions {
  /** For messages: what this program is. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  /** Added to the environment of this process; undefined removes a name. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

const running = new Set<ChildProgram>();
process.once('exit', endAll);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => {
    endAll();
    process.kill(process.pid, signal); // the handler is gone: this time it ends us
  });
}

function endAll(): void {
  for (const program of running) program.kill();
}

export class ChildProgram {
  readonly name: string;
  readonly pid: number;
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #exited: Promise<number>;
  readonly #watchers = new Set<() => void>();
  #output = '';
  #exitCode: number | undefined;

  constructor(options: ProgramOptions) {
    this.name = options.name;
    const env: NodeJS.ProcessEnv = { ...process.env, ...options.env };
    this.#child = spawn(options.command, options.args, { env, stdio: 'pipe', ...(options.cwd === undefined ? {} : { cwd: options.cwd }) });
    if (this.#child.pid === undefined) throw new Error(`${options.name}: cannot start ${options.command}`);
    this.pid = this.#child.pid;
    running.add(this);
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        this.#output += text;
        this.#wake();
      });
    }
    this.#child.stdin.on('error', () => undefined); // the program may be gone while we write
    this.#exited = new Promise((resolve) => {
      this.#child.once('close', (code, signal) => {
        this.#exitCode = code ?? (signal === 'SIGKILL' ? 137 : 143);
        running.delete(this);
        this.#wake();
        resolve(this.#exitCode);
      });
    });
  }

  /** All it has printed, standard error included, in order of arrival. */
  get output(): string {
    return this.#output;
  }

  /** Undefined while it runs. */
  get exitCode(): number | undefined {
    return this.#exitCode;
  }

  writeLine(line: string): void {
    this.#child.stdin.write(`${line}\n`);
  }

  /** Closes its standard input; our Java clients take that as the sign to leave in order. */
  endInput(): void {
    this.#child.stdin.end();
  }

  /**
   * Waits until the output behind `from` matches.
   * @throws Error with the output so far when it ends first or `timeoutMs` is over.
   */
  async waitForOutput(pattern: RegExp, timeoutMs: number, from = 0): Promise<RegExpExecArray> {
    return await this.waitUntil((output) => pattern.exec(output.slice(from)) ?? undefined, timeoutMs, String(pattern));
  }

  /** As `waitForOutput`, with any question that may be put to the output. */
  async waitUntil<T>(ask: (output: string) => T | undefined, timeoutMs: number, what: string): Promise<T> {
    return await new Promise((resolve, reject) => {
      const finish = (): void => {
        clearTimeout(timer);
        this.#watchers.delete(look);
      };
      const look = (): void => {
        const answer = ask(this.#output);
        if (answer !== undefined) {
          finish();
          resolve(answer);
        } else if (this.#exitCode !== undefined) {
          finish();
          reject(new Error(`${this.name} ended with ${this.#exitCode} before ${what}\n${this.tail()}`));
        }
      };
      const timer = setTimeout(() => {
        finish();
        reject(new Error(`${this.name}: no ${what} within ${timeoutMs} ms\n${this.tail()}`));
      }, timeoutMs);
      this.#watchers.add(look);
      look();
    });
  }

  /** Waits for the end. @throws Error after `timeoutMs`; the program goes on running then. */
  async waitForExit(timeoutMs: number): Promise<number> {
    return await new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`${this.name} still runs after ${timeoutMs} ms\n${this.tail()}`)), timeoutMs);
      void this.#exited.then((code) => {
        clearTimeout(timer);
        resolve(code);
      });
    });
  }

  /** SIGTERM, and SIGKILL when that does not end it in `graceMs`. Returns the exit code; safe to call twice. */
  async stop(graceMs = 20_000): Promise<number> {
    if (this.#exitCode !== undefined) return this.#exitCode;
    this.#child.kill('SIGTERM');
    try {
      return await this.waitForExit(graceMs);
    } catch {
      this.#child.kill('SIGKILL');
      return await this.#exited;
    }
  }

  /** kill -9, as a crash. */
  kill(): void {
    if (this.#exitCode === undefined) this.#child.kill('SIGKILL');
  }

  /** The last lines, for messages. */
  tail(lines = 40): string {
    return this.#output.split('\n').slice(-lines).join('\n');
  }

  #wake(): void {
    for (const look of [...this.#watchers]) look();
  }
}
