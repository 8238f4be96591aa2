/**
 * The process around a server: where its log is, how it says what went wrong, and how it ends.
 *
 * Exit codes: 0 stopped by a signal, or only printed; 1 could not start, or broke; 2 wrong options or configuration.
 *
 * SIGTERM, SIGINT and SIGHUP (the terminal is closed) stop in order. Node ignores nohup: it gives SIGHUP its deadly
 * effect back at its start. So `bin/run-program.sh` looks whether nohup is in force and says so in ROCKETMQ_NOHUP.
 */
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { RmqError } from '@rocketmq-ts/kernel';
import { openRollingLog, type RollingLog } from './rolling-log.ts';

export const ExitCode = { failed: 1, usage: 2 } as const;

/** Errors with one of these codes are the operator's to put right before the start. */
const USAGE_CODES: ReadonlySet<string> = new Set(['CONFIG']);
const STOP_SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

export class ServerProcess {
  /** As its users type it, such as `mqbroker`. */
  readonly #command: string;
  readonly #isStackWanted: boolean;
  #rollingLog: RollingLog | undefined;

  constructor(command: string, options: { readonly stack: boolean }) {
    this.#command = command;
    this.#isStackWanted = options.stack;
    // Whoever read our lines may be gone; that is no reason to end.
    for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
    if (isUnderNohup()) process.on('SIGHUP', () => {});
  }

  /** One line for the operator; the log has the same, and the stack when the error is a defect of ours. Ends the process. */
  fail(error: unknown): never {
    const { message, stack } = error instanceof Error ? error : new Error(String(error));
    const isUsage = error instanceof RmqError && USAGE_CODES.has(error.code);
    // A wrong configuration has one line for each thing wrong with it.
    const shown = this.#isStackWanted ? (stack ?? message) : isUsage ? message.replaceAll('\n', `\n${this.#command}: `) : message.replaceAll('\n', ' ');
    process.stderr.write(`${this.#command}: ${shown}\n`);
    this.#rollingLog?.log.error(`${this.#command} ends`, { error: error instanceof RmqError ? message : (stack ?? message) });
    process.exit(isUsage ? ExitCode.usage : ExitCode.failed);
  }

  /** `~/logs/rocketmqlogs/<program>.log`, or in the folder that ROCKETMQ_LOGS names; from here on an uncaught error ends the process through `fail`. */
  async openLog(program: string): Promise<RollingLog> {
    const folder = logFolderOf(process.env);
    try {
      this.#rollingLog = await openRollingLog({ folder, program, level: this.#isStackWanted ? 'debug' : 'info' });
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      throw new RmqError('LOG_FOLDER', `can't write logs to ${folder} (${code}); make it writable for this user, or set ROCKETMQ_LOGS to another folder`, { cause: error });
    }
    process.on('uncaughtException', (error) => this.fail(error));
    return this.#rollingLog;
  }

  /** Runs `stop` once when a signal asks for it, then ends with 0. */
  stopOnSignal(stop: () => Promise<void>): void {
    let isStopping = false;
    const onSignal = async (signal: string): Promise<void> => {
      if (isStopping) return;
      isStopping = true;
      this.#rollingLog?.log.info('stopping', { signal });
      try {
        await stop();
      } catch (error) {
        this.fail(error);
      }
        process.exit(0);
    };
    for (const signal of STOP_SIGNALS) {
      if (signal !== 'SIGHUP' || !isUnderNohup()) process.on(signal, () => void onSignal(signal));
    }
  }
}

function logFolderOf(env: NodeJS.ProcessEnv): string {
  const folder = env['ROCKETMQ_LOGS']?.trim() ?? '';
  return folder === '' ? join(homedir(), 'logs', 'rocketmqlogs') : resolve(folder);
}

function isUnderNohup(): boolean {
  return process.env['ROCKETMQ_NOHUP'] === '1';
}
