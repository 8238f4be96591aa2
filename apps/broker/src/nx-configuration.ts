/**
 * `npx nx run broker:serve -c FILE` is what people type, but nx takes `-c` for the name of one of its own
 * configurations, finds none of that name, and drops it without a word. The file would be ignored in silence, so it is
 * looked up in the command line of the nx process above us.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';

/** nx, its worker and two shells stand between at most. */
const GENERATIONS = 5;

/** The value of `-c` that nx has kept to itself; undefined when nx did not start us, or was not given one. */
export function configurationKeptByNx(env: NodeJS.ProcessEnv = process.env, parent = process.ppid): string | undefined {
  if (env['NX_TASK_TARGET_TARGET'] === undefined) return undefined;
  let pid = parent;
  for (let generation = 0; generation < GENERATIONS && pid > 1; generation++) {
    const { argv, ppid } = processAt(pid);
    const value = configurationOf(argv);
    if (value !== undefined) return value;
    pid = ppid;
  }
  return undefined;
}

/** Of `node …/nx run broker:serve -c VALUE`, in all the ways that nx understands. */
export function configurationOf(argv: readonly string[]): string | undefined {
  const nx = argv.findIndex((word) => ['nx', 'nx.js'].includes(basename(word)));
  if (nx < 0) return undefined;
  const words = argv.slice(nx + 1);
  // What stands behind `--` reaches us by itself.
  const own = words.includes('--') ? words.slice(0, words.indexOf('--')) : words;
  for (const [at, word] of own.entries()) {
    const [name, value] = /^(-c|--configuration)(?:=(.*))?$/.exec(word)?.slice(1) ?? [];
    if (name !== undefined) return value ?? own[at + 1];
  }
  return undefined;
}

function processAt(pid: number): { readonly argv: readonly string[]; readonly ppid: number } {
  try {
    if (existsSync('/proc/self/stat')) {
      const argv = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
      return { argv, ppid: Number(/^PPid:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) };
    }
    const [ppid = '0', ...argv] = execFileSync('ps', ['-o', 'ppid=,args=', '-p', String(pid)], { encoding: 'utf8' }).trim().split(/\s+/);
    return { argv, ppid: Number(ppid) };
  } catch {
    return { argv: [], ppid: 0 }; // ended meanwhile
  }
}
