/** From the boot line to the end: what is printed, logged and left behind. */
import { existsSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ChildProgram } from '@rocketmq-ts/testkit';
import { brokerPort, Installation, LIMIT_MS, namesrvPort } from './harness/installation.ts';

const PRODUCER = 'org.apache.rocketmq.example.quickstart.Producer';
let installation: Installation;
beforeAll(() => {
  installation = new Installation();
});
afterAll(() => installation[Symbol.asyncDispose]());

const logOf = (program: 'broker' | 'namesrv') => readFileSync(join(installation.logFolder, `${program}.log`), 'utf8');

/** What a signal leads to: exit code 0 and an orderly last line in the log. */
async function signalled(program: ChildProgram, signal: NodeJS.Signals): Promise<number> {
  process.kill(program.pid, signal);
  return await program.waitForExit(LIMIT_MS);
}

it("a name server prints Java's lines, logs, and stops on SIGTERM", async () => {
  const { program } = await installation.startNamesrv();
  expect(program.output).toMatch(/^load config properties file OK, .*\.conf\nThe Name Server boot success\. serializeType=JSON\n$/);
  expect(await signalled(program, 'SIGTERM')).toBe(0);
  expect(logOf('namesrv').split('\n').slice(-3)).toEqual([
    expect.stringMatching(/ INFO stopping signal=SIGTERM$/),
    expect.stringMatching(/ INFO name server stopped$/),
    '',
  ]);
});

it("a broker prints Java's line, logs into a rotated file behind a link, and restarts without recovery after SIGTERM", async () => {
  const namesrv = await installation.startNamesrv();
  const listenPort = await brokerPort();
  const file = installation.brokerFile('broker-a', { listenPort });
  const args = ['-n', namesrv.address, '-c', file];
  const store = join(installation.home, 'store of broker-a');
  const broker = await installation.startBroker(args);
  expect(broker.output).toContain(`The broker[broker-a, 127.0.0.1:${listenPort}] boot success. serializeType=JSON and name server is ${namesrv.address}\n`);
  expect(readlinkSync(join(installation.logFolder, 'broker.log'))).toBe('broker.1.log');
  expect(existsSync(join(store, 'abort'))).toBe(true);

  const sent = await installation.run('tools.sh', [PRODUCER], { env: { NAMESRV_ADDR: namesrv.address } });
  expect(sent.code).toBe(0);
  expect(sent.output.match(/sendStatus=SEND_OK/g)).toHaveLength(1000);

  expect(await signalled(broker, 'SIGTERM')).toBe(0);
  expect(existsSync(join(store, 'abort'))).toBe(false);
  const cluster = await installation.run('mqadmin', ['clusterList', '-n', namesrv.address]);
  expect(cluster.output).not.toContain('broker-a');

  const before = logOf('broker').length;
  const again = await installation.startBroker(args);
  const recovered = logOf('broker').slice(before);
  expect(recovered).toMatch(/The commit log is recovered\. .* records=0 torn=false/);
  const status = await installation.run('mqadmin', ['topicStatus', '-t', 'TopicTest', '-n', namesrv.address]);
  const total = [...status.output.matchAll(/^broker-a +\d+ +0 +(\d+) /gm)].reduce((sum, [, max]) => sum + Number(max), 0);
  expect(total).toBe(1000);
  expect(await signalled(again, 'SIGINT')).toBe(0);
});

it('a broker that starts before its name server says so, and is registered as soon as there is one', async () => {
  const port = await namesrvPort();
  const address = `127.0.0.1:${port}`;
  const early = await installation.startBroker(['-n', address, '-c', installation.brokerFile('early', { listenPort: await brokerPort() })]);
  await early.waitForOutput(new RegExp(`^warning: no answer from name server ${address} yet; the broker goes on trying`, 'm'), LIMIT_MS);
  const namesrv = installation.start('mqnamesrv', ['-c', installation.properties('late.conf', { listenPort: port })]);
  await namesrv.waitForOutput(/boot success/, LIMIT_MS);
  const sent = await installation.run('tools.sh', [PRODUCER], { env: { NAMESRV_ADDR: address } });
  expect(sent.output).toContain('SEND_OK');
  expect(await signalled(early, 'SIGTERM')).toBe(0);
  expect(await signalled(namesrv, 'SIGTERM')).toBe(0);
});

it('the end of the terminal stops a server in order, unless nohup is in force', async () => {
  const plain = await installation.startNamesrv();
  expect(await signalled(plain.program, 'SIGHUP')).toBe(0);
  expect(logOf('namesrv')).toMatch(/stopping signal=SIGHUP\n.*name server stopped\n$/);

  const port = await namesrvPort();
  const file = installation.properties('nohup.conf', { listenPort: port });
  const sheltered = installation.command('nohup', ['sh', join(installation.folder, 'bin', 'mqnamesrv'), '-c', file]);
  await sheltered.waitForOutput(/boot success/, LIMIT_MS);
  process.kill(sheltered.pid, 'SIGHUP');
  const list = await installation.run('mqadmin', ['topicList', '-n', `127.0.0.1:${port}`]);
  expect(list.code).toBe(0);
  expect(await signalled(sheltered, 'SIGTERM')).toBe(0);
  expect(logOf('namesrv')).toMatch(/stopping signal=SIGTERM\n.*name server stopped\n$/);
});

it('mqshutdown stops the servers of its own installation, and says so in the words of Java', async () => {
  await using own = new Installation();
  const foreign = await installation.startNamesrv();
  expect(await own.run('mqshutdown', ['broker'])).toEqual({ code: 1, output: 'No mqbroker running.\n' });
  const namesrv = await own.startNamesrv();
  const broker = await own.startBroker(['-c', own.brokerFile('down', { listenPort: await brokerPort(), namesrvAddr: namesrv.address })]);
  for (const [word, program] of [['broker', broker], ['namesrv', namesrv.program]] as const) {
    expect(await own.run('mqshutdown', [word])).toEqual({
      code: 0,
      output: `The mq${word}(${program.pid}) is running...\nSend shutdown request to mq${word}(${program.pid}) OK\n`,
    });
    expect(await program.waitForExit(LIMIT_MS)).toBe(0);
  }
  expect(foreign.program.exitCode).toBeUndefined();
  for (const args of [[], ['everything'], ['broker', 'now']]) {
    expect(await own.run('mqshutdown', args)).toEqual({ code: 2, output: 'Usage: mqshutdown broker | namesrv\n' });
  }
});

it('serve: a broker and a name server in one process, their data in the workspace, and what to type next', async () => {
  const listenPort = await brokerPort();
  const nameServer = await namesrvPort();
  const args = ['serve', '--namesrvPort', String(nameServer), '-c', installation.properties('serve.conf', { listenPort, brokerIP1: '127.0.0.1', brokerName: 'served' })];
  // Somebody who followed the tutorial has it set; serve is to bring its own all the same.
  const program = installation.start('mqbroker', args, { env: { NAMESRV_ADDR: '127.0.0.1:1' } });
  await program.waitForOutput(/stop +Ctrl-C\n/, LIMIT_MS);
  const data = join(installation.folder, 'data');
  for (const line of [
    `name server  listens on port ${nameServer}, in this process\n`,
    `broker       127.0.0.1:${listenPort}\n`,
    `data         ${join(data, 'store')}\n`,
    `log          ${join(installation.logFolder, 'broker.log')}\n`,
    `               export NAMESRV_ADDR=127.0.0.1:${nameServer}\n               sh bin/tools.sh ${PRODUCER}\n`,
  ]) {
    expect(program.output).toContain(line);
  }
  const sent = await installation.run('tools.sh', [PRODUCER], { env: { NAMESRV_ADDR: `127.0.0.1:${nameServer}` } });
  expect(sent.output.match(/sendStatus=SEND_OK/g)).toHaveLength(1000);
  expect(await signalled(program, 'SIGINT')).toBe(0);
  expect(existsSync(join(data, 'store', 'commitlog', '00000000000000000000'))).toBe(true);
  expect(existsSync(join(data, 'store', 'abort'))).toBe(false);
});
