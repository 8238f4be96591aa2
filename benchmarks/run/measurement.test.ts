import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ChildProgram, makeTempFolder, type TempFolder } from '@rocketmq-ts/testkit';
import { afterEach, beforeEach, expect, it } from 'vitest';

let temp: TempFolder;
let reportFile: string;
let program: ChildProgram;
beforeEach(() => {
  temp = makeTempFolder('measurement-test');
  reportFile = join(temp.path, 'report.md');
});
afterEach(async () => {
  await program.stop();
  temp.remove();
});

/** A benchmark that runs `measure` with a program of its own beside it, and has measured when it has said so. */
function start(measure: string): ChildProgram {
  const script = `
    import { ChildProgram } from '@rocketmq-ts/testkit';
    import { measureAndReport, sleep } from ${JSON.stringify(fileURLToPath(new URL('measurement.ts', import.meta.url)))};
    let report;
    await measureAndReport({
      name: 'test', reportFile: ${JSON.stringify(reportFile)}, report: () => report,
      async measure({ folder, signal }) {
        const idle = new ChildProgram({ name: 'idle', command: 'sleep', args: ['600'] });
        console.log('pid ' + idle.pid + ' folder ' + folder);
        try { ${measure} } finally { await idle.stop(); }
      },
    });`;
  program = new ChildProgram({
    name: 'benchmark',
    command: process.execPath,
    args: ['--conditions=@rocketmq-ts/source', '--import', 'tsx', '--input-type=module', '-e', script],
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
  });
  return program;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

it.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s ends what was started, leaves no folder and reports what there is', async (signal, exitCode) => {
  const benchmark = start(`report = '# Title\\n\\n1 of 2\\n'; console.log('measuring'); await sleep(600_000, signal);`);
  const [, pid, folder = ''] = await benchmark.waitForOutput(/pid (\d+) folder (\S+)\nmeasuring/, 15_000);
  process.kill(benchmark.pid, signal);
  expect(await benchmark.waitForExit(10_000)).toBe(exitCode);
  expect([isAlive(Number(pid)), existsSync(folder)]).toEqual([false, false]);
  expect(readFileSync(reportFile, 'utf8')).toBe(`# Title\n\n**Incomplete**, with what was measured until then: interrupted by ${signal}.\n\n1 of 2\n`);
});

it('says that there is nothing yet, and leaves an older report as it is', async () => {
  const benchmark = start(`throw new Error('the disk is full');`);
  expect(await benchmark.waitForExit(15_000)).toBe(1);
  expect(benchmark.output).toContain('benchmarks:test: the disk is full\nnothing was measured, so there is no report\n');
  expect(existsSync(reportFile)).toBe(false);
});

it('ends with 0 when all was measured', async () => {
  const benchmark = start(`report = '# Title\\n';`);
  expect([await benchmark.waitForExit(15_000), readFileSync(reportFile, 'utf8')]).toEqual([0, '# Title\n']);
});
