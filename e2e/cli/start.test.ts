/** What stops a server from starting: one line with cause and remedy, no stack, exit code 1, nothing of the other touched. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { brokerPort, Installation, LIMIT_MS } from './harness/installation.ts';
import type { Ended } from './harness/installation.ts';

let installation: Installation;
beforeAll(() => {
  installation = new Installation();
});
afterAll(() => installation[Symbol.asyncDispose]());

function expectOneLine({ code, output }: Ended, ...parts: readonly string[]): void {
  expect(code).toBe(1);
  expect(output.replace(/^(warning: |load config ).*\n/gm, '').split('\n')).toHaveLength(2);
  for (const part of parts) expect(output).toContain(part);
}

it('mqbroker: port in use', async () => {
  const listenPort = await brokerPort();
  await using first = new Installation();
  const running = await first.startBroker(['-c', first.brokerFile('first', { listenPort })]);
  const ended = await installation.run('mqbroker', ['-c', installation.brokerFile('second', { listenPort })]);
  expectOneLine(ended, `mqbroker: Address already in use: port ${listenPort} is taken`, 'set another listenPort');
  expect(running.exitCode).toBeUndefined();
});

it('mqbroker: port of the metrics in use; where they are when it is free', async () => {
  const [listenPort, metricsPort] = [await brokerPort(), await brokerPort()];
  const settings = { metricsExporterType: 'PROM', metricsPromExporterHost: '127.0.0.1', metricsPromExporterPort: metricsPort };
  await using first = new Installation();
  const running = await first.startBroker(['-c', first.brokerFile('first', { listenPort, ...settings })]);
  await running.waitForOutput(new RegExp(`Metrics and health are at http://127.0.0.1:${metricsPort}/metrics`), LIMIT_MS);
  expect(await (await fetch(`http://127.0.0.1:${metricsPort}/readyz`)).json()).toEqual({ status: 'ready', reasons: [] });
  const metrics = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
  for (const name of ['rocketmq_broker_permission', 'rocketmq_storage_size_bytes', 'nodejs_eventloop_lag_p99_seconds', 'process_cpu_seconds_total']) expect(metrics).toMatch(new RegExp(`^${name}\\{`, 'm'));

  const ended = await installation.run('mqbroker', ['-c', installation.brokerFile('second', { listenPort: await brokerPort(), ...settings })]);
  expectOneLine(ended, `mqbroker: Address already in use: port ${metricsPort} for metrics is taken`, 'set another metricsPromExporterPort');
  expect(await running.stop(LIMIT_MS)).toBe(0);
});

it('mqnamesrv: port in use', async () => {
  const { port } = await installation.startNamesrv();
  const ended = await installation.run('mqnamesrv', ['-c', installation.properties('second.conf', { listenPort: port })]);
  expectOneLine(ended, `mqnamesrv: Address already in use: port ${port} is taken`);
});

it('serve: the port of the name server in use', async () => {
  const { port } = await installation.startNamesrv();
  const file = installation.brokerFile('serve', { listenPort: await brokerPort() });
  const ended = await installation.run('mqbroker', ['serve', '-c', file, '--namesrvPort', String(port)]);
  expectOneLine(ended, `mqbroker: Address already in use: port ${port} is taken`, `serve -n 127.0.0.1:${port}`, '--namesrvPort');
});

it('a store that a live broker has locked stays as it is', async () => {
  const store = { storePathRootDir: join(installation.home, 'shared'), storePathCommitLog: join(installation.home, 'shared', 'commitlog') };
  const first = await installation.startBroker(['-c', installation.brokerFile('holder', { listenPort: await brokerPort(), ...store })]);
  const ended = await installation.run('mqbroker', ['-c', installation.brokerFile('intruder', { listenPort: await brokerPort(), ...store })]);
  expectOneLine(ended, 'mqbroker: Lock failed, MQ already started', join(store.storePathRootDir, 'lock'), 'set another storePathRootDir');
  expect(await first.stop(LIMIT_MS)).toBe(0);
  const next = await installation.startBroker(['-c', installation.brokerFile('intruder', { listenPort: await brokerPort(), ...store })]);
  expect(await next.stop(LIMIT_MS)).toBe(0);
});

it('a file where the store should be', async () => {
  const root = installation.file('a file', '');
  const settings = { listenPort: await brokerPort(), storePathRootDir: root, storePathCommitLog: join(root, 'commitlog') };
  const file = installation.brokerFile('nowhere', settings);
  expectOneLine(await installation.run('mqbroker', ['-c', file]), root, 'a file stands where a folder should be', 'set another storePathRootDir');
  const { output } = await installation.run('mqbroker', ['-c', file, '--stack']);
  expect(output).toMatch(/^ +at /m);
});

it('a store where no folder can be made', async () => {
  const settings = { listenPort: await brokerPort(), storePathRootDir: '/proc/rocketmq', storePathCommitLog: '/proc/rocketmq/commitlog' };
  expectOneLine(await installation.run('mqbroker', ['-c', installation.brokerFile('proc', settings)]), '/proc/rocketmq', 'storePathRootDir');
});

it.each(['mqbroker', 'mqnamesrv'] as const)('%s: a log folder that can not be written', async (script) => {
  const home = installation.file(`home of ${script}`, 'a file');
  const ended = await installation.run(script, [], { env: { HOME: home } });
  expectOneLine(ended, `${script}: can't write logs to ${join(home, 'logs', 'rocketmqlogs')}`, 'set ROCKETMQ_LOGS');
});

it('two masters of one name at different addresses: the second is refused, the first stays registered', async () => {
  const { address } = await installation.startNamesrv();
  const ports = [await brokerPort(), await brokerPort()];
  const file = (store: string, listenPort: number) =>
    installation.brokerFile(store, { brokerName: 'twin', listenPort, namesrvAddr: address });
  const first = await installation.startBroker(['-c', file('one', ports[0] ?? 0)]);
  const second = file('two', ports[1] ?? 0);
  const ended = await installation.run('mqbroker', ['-c', second]);
  expectOneLine(ended, `mqbroker: The broker name twin with brokerId 0 is in use by 127.0.0.1:${ports[0]}`, 'Give this broker another brokerName, or stop that one first');
  const list = await installation.run('mqadmin', ['clusterList', '-n', address]);
  expect(list.output).toContain(`127.0.0.1:${ports[0]}`);
  expect(list.output).not.toContain(`127.0.0.1:${ports[1]}`);

  // Killed, it is no obstacle any more, although the name server may still list it.
  first.kill();
  await first.waitForExit(LIMIT_MS);
  const successor = await installation.startBroker(['-c', second]);
  expect(await successor.stop(LIMIT_MS)).toBe(0);
});

it('the log has the reason of a failed start too', async () => {
  const root = join(installation.home, 'not a folder');
  writeFileSync(root, '');
  await installation.run('mqbroker', ['-c', installation.brokerFile('logged', { listenPort: await brokerPort(), storePathRootDir: root, storePathCommitLog: join(root, 'c') })]);
  expect(readFileSync(join(installation.logFolder, 'broker.log'), 'utf8')).toMatch(/ERROR mqbroker ends error=".*not a folder/);
});
