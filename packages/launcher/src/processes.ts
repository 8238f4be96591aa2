import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs';
import { basename, resolve } from 'node:path';

/** A process that runs one of our programs. */
export interface RunningProcess {
  readonly pid: number;
  readonly argv: readonly string[];
  /** Its working folder; undefined where the system does not tell. */
  readonly folder: string | undefined;
}

/**
 * Processes that run `program` (an absolute path) with Node, this one aside. The second word of the command line must be
 * that very file, so an editor, a pager or another installation is never taken for a server.
 */
export function runningProcessesOf(program: string): RunningProcess[] {
  return (existsSync('/proc/self/cmdline') ? fromProc() : fromPs())
    .filter((running) => running.pid !== process.pid && runs(running, program))
    .sort((a, b) => a.pid - b.pid);
}

/** Their ids. */
export function processesOf(program: string): number[] {
  return runningProcessesOf(program).map(({ pid }) => pid);
}

function runs({ argv, folder }: RunningProcess, program: string): boolean {
  if (!/^node(\.exe|\d*)$/.test(basename(argv[0] ?? ''))) return false;
  // Node's own options stand before the program.
  const script = argv.slice(1).find((word) => !word.startsWith('-'));
  if (script === undefined || (!script.startsWith('/') && folder === undefined)) return false;
  const path = resolve(folder ?? '/', script);
  return existsSync(path) && realpathSync(path) === program;
}

function fromProc(): RunningProcess[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => {
      try {
        const argv = readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\0').slice(0, -1);
        return { pid: Number(name), argv, folder: readlinkSync(`/proc/${name}/cwd`) };
      } catch {
        return { pid: Number(name), argv: [], folder: undefined }; // ended meanwhile, or another user's
      }
    });
}

function fromPs(): RunningProcess[] {
  return execFileSync('ps', ['-axo', 'pid=,args='], { encoding: 'utf8' })
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .map(([pid, ...argv]) => ({ pid: Number(pid), argv, folder: undefined }));
}
