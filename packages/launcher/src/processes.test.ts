import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { processesOf } from './processes.ts';

let folder: string;
let program: string;
const children: ChildProcess[] = [];

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'mqshutdown-')));
  program = join(folder, 'main.js');
  writeFileSync(program, "process.stdout.write('up'); process.stdin.resume();");
});

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

async function start(command: string, args: string[], cwd = '/'): Promise<number> {
  const child = spawn(command, args, { cwd, stdio: ['pipe', 'pipe', 'ignore'] });
  children.push(child);
  await once(child.stdout, 'data');
  return child.pid ?? 0;
}

it('finds the program by absolute and by relative path, with and without options of Node', async () => {
  const pids = [
    await start(process.execPath, [program, 'serve']),
    await start(process.execPath, [basename(program)], folder),
    await start(process.execPath, ['--enable-source-maps', program]),
  ];
  expect(processesOf(program)).toEqual(pids.sort((a, b) => a - b));
});

it('does not take other command lines that name the file', async () => {
  await start('sh', ['-c', 'echo up; read x', program]);
  await start(process.execPath, ['-e', "process.stdout.write('up'); process.stdin.resume()", program]);
  expect(processesOf(program)).toEqual([]);
});
