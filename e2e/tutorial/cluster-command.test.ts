/** cluster:up, status and down: the eleven brokers of the tutorial in one command, and what stands in its way. */
import { existsSync, readFileSync, renameSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LIMIT_MS } from '../cli/harness/installation.ts';
import { expectedRows, MODES, rowsOf } from './harness/expected.ts';
import { takenPorts, Typist } from './harness/typist.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** The clusters may take as long from the command to the last registration. */
const UP_MAX_S = 10;

const taken = await takenPorts();
const title = taken.length === 0 ? 'cluster' : `cluster (skipped: somebody else has port ${taken.join(', ')})`;

describe.skipIf(taken.length > 0)(title, () => {
  let typist: Typist;
  beforeEach(() => void (typist = new Typist()));
  afterEach(async () => {
    await cluster('down');
    await typist[Symbol.asyncDispose]();
    expect(await takenPorts()).toEqual([]);
  });

  const cluster = (words: string) => typist.type(`node apps/cluster/dist/main.js ${words}`);

  it('up starts all eleven and says so; up again finds them; status shows them; down stops them', async () => {
    const up = await cluster('up');
    expect(up.code, up.output).toBe(0);
    const [, seconds] = /^up +11 brokers in (\d+\.\d) s/m.exec(up.output) ?? [];
    expect(Number(seconds), up.output).toBeLessThan(UP_MAX_S);
    console.log(up.output.split('\n').find((line) => line.startsWith('up ')));
    expect(up.output).toContain(`data   ${typist.dataFolder} (ROCKETMQ_DATA)\n`);
    const pids = new Map([...up.output.matchAll(/^(\S+) .* process (\d+) /gm)].map(([, name = '', pid = '']) => [name, pid]));
    expect(pids.size).toBe(11);

    const again = await cluster('up --mode=2m-2s-async');
    expect(again.code).toBe(0);
    for (const name of ['broker-a', 'broker-a-s', 'broker-b', 'broker-b-s'].map((file) => `2m-2s-async/${file}`)) expect(again.output).toContain(`${name} already runs (process ${pids.get(name)})\n`);
    expect(again.output).toContain('nothing to start: all of them run\n');

    const status = await cluster('status');
    expect(status.code).toBe(0);
    const [table = '', processes = ''] = status.output.split('\n\n');
    expect(rowsOf(table)).toEqual(expectedRows(MODES));
    for (const [name, pid] of pids) expect(processes).toMatch(new RegExp(`^${name} +process ${pid} +port \\d+`, 'm'));
    expect(status.output).toContain(`logs   ${join(typist.dataFolder, 'logs', '<name>')}/{broker.log,nohup.out}\n`);
    expect(readFileSync(join(typist.dataFolder, 'logs', '2m-2s-sync', 'broker-a-s', 'broker.log'), 'utf8')).toContain('The broker[2m-2s-sync-broker-a, ');

    const one = await cluster('down --mode=2m-2s-sync');
    expect(one.output).toContain(`2m-2s-sync/broker-b stopped (process ${pids.get('2m-2s-sync/broker-b')})\n`);
    expect(one.output).toMatch(/^still up: single-master\/broker-a, .*2m-2s-async\/broker-b-s, and the name server$/m);
    const rest = await cluster('status');
    expect(rest.code).toBe(1);
    expect(rest.output).toMatch(/^2m-2s-sync\/broker-a +does not run$/m);
    const down = await cluster('down');
    expect(down.code).toBe(0);
    expect(down.output).toMatch(/^namesrv stopped \(process \d+\)$/m);
    expect((await cluster('down')).output).toBe('nothing that cluster:up has started runs\n');
  });

  it('what somebody has started by hand is left running', async () => {
    const namesrv = await typist.typeNohup('nohup sh bin/mqnamesrv &');
    const broker = await typist.typeNohup('nohup sh bin/mqbroker -c conf/2m-noslave/broker-a.properties &');
    const up = await cluster('up --mode=2m-noslave --trace');
    expect(up.output).toContain(`2m-noslave/broker-a already runs (process ${broker.pid})\n`);
    expect(up.output).toContain('name server localhost:9876 already runs\n');
    expect(up.output).toMatch(/^2m-noslave\/broker-trace +broker-trace +id 0 +port 21911 /m);
    expect((await cluster('status --mode=2m-noslave')).output).toMatch(new RegExp(`^2m-noslave/broker-a +process ${broker.pid} .*not started by cluster:up$`, 'm'));
    expect((await cluster('down')).output).toMatch(/^2m-noslave\/broker-b stopped .*\n2m-noslave\/broker-trace stopped .*\n$/);
    expect([namesrv.exitCode, broker.exitCode]).toEqual([undefined, undefined]);
  });

  it('one that can not start is named with its cause, and the others are stopped again', async () => {
    const squatter = await listenOn(18911);
    try {
      const up = await cluster('up --mode=2m-2s-sync');
      expect(up.code).toBe(1);
      const line = up.output.split('\n').find((each) => each.startsWith('cluster: '));
      expect(line).toMatch(/^cluster: 2m-2s-sync\/broker-a-s did not start, so what was started with it is stopped again: mqbroker: .*18911/);
      expect(await takenPorts()).toEqual([18911]);
    } finally {
      squatter.close();
    }
  });

  it('says which port keeps the name server from starting', async () => {
    const squatter = await listenOn(9876);
    try {
      const up = await cluster('up');
      expect(up.code).toBe(1);
      expect(up.output).toMatch(/^cluster: namesrv did not start, .*: mqnamesrv: .*9876/m);
    } finally {
      squatter.close();
    }
  });

  it('says that something is not built', async () => {
    const program = join(typist.installation.folder, 'apps', 'broker', 'dist', 'main.js');
    renameSync(program, `${program}.away`);
    expect(await cluster('up')).toEqual({ code: 1, output: `cluster: ${program} is missing; build it first: npm run build\n` });
    renameSync(`${program}.away`, program);
  });

  it('through nx, in this work tree', async () => {
    const nx = async (action: string) => {
      const words = ['run', `cluster:${action}`, '--mode=single-master'];
      const program = typist.installation.command(join(ROOT, 'node_modules', '.bin', 'nx'), words, { cwd: ROOT, env: { ROCKETMQ_DATA: typist.dataFolder } });
      return { code: await program.waitForExit(LIMIT_MS), output: program.output };
    };
    const up = await nx('up');
    try {
      expect(up.output).toMatch(/^single-master\/broker-a +broker-a +id 0 +port 10911 /m);
      expect(up.code).toBe(0);
      expect(existsSync(join(typist.dataFolder, 'single-master', 'broker-a', 'store', 'commitlog'))).toBe(true);
    } finally {
      const down = await nx('down');
      expect(down.output).toMatch(/^namesrv stopped/m);
    }
  });
});


async function listenOn(port: number): Promise<Server> {
  const server = createServer((socket) => socket.destroy()).listen(port);
  await once(server, 'listening');
  return server;
}
