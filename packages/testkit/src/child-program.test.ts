import { expect, it } from 'vitest';
import { ChildProgram } from './child-program.ts';

const node = (script: string): ChildProgram => new ChildProgram({ name: 'script', command: process.execPath, args: ['-e', script] });

it('waits for a line, answers on standard input, and reports the exit code', async () => {
  const program = node(`process.stdin.once('data', (d) => { console.log('got ' + d); process.exit(3); }); console.log('ready');`);
  await program.waitForOutput(/ready/, 10_000);
  program.writeLine('hello');
  expect(await program.waitForExit(10_000)).toBe(3);
  expect(program.output).toContain('got hello');
});

it('fails with the output when the program ends before the line', async () => {
  const program = node(`console.error('no luck'); process.exit(2);`);
  await expect(program.waitForOutput(/ready/, 10_000)).rejects.toThrow(/ended with 2 before \/ready\/\n.*no luck/s);
});

it('ends a program that ignores SIGTERM', async () => {
  const program = node(`process.on('SIGTERM', () => {}); setInterval(() => {}, 1000); console.log('ready');`);
  await program.waitForOutput(/ready/, 10_000);
  expect(await program.stop(50)).toBe(137);
  expect(await program.stop()).toBe(137);
});
