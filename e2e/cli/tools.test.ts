/** mqadmin, tools.sh and the scripts themselves: help, hints and exit codes. */
import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { brokerPort, Installation, LIMIT_MS, namesrvPort } from './harness/installation.ts';
import type { Script } from './harness/installation.ts';

const PRODUCER = 'org.apache.rocketmq.example.quickstart.Producer';
const CONSUMER = 'org.apache.rocketmq.example.quickstart.Consumer';
let installation: Installation;
let namesrv: string;
let broker: string;
beforeAll(async () => {
  installation = new Installation();
  namesrv = (await installation.startNamesrv()).address;
  const listenPort = await brokerPort();
  broker = `127.0.0.1:${listenPort}`;
  await installation.startBroker(['-c', installation.brokerFile('broker-t', { listenPort, namesrvAddr: namesrv })]);
});
afterAll(() => installation[Symbol.asyncDispose]());

describe('help', () => {
  it.each([
    ['mqbroker', 'Usage: mqbroker [options] [serve]'],
    ['mqnamesrv', 'Usage: mqnamesrv [options]'],
    ['mqadmin', 'The most commonly used mqadmin commands are:'],
    ['mqshutdown', 'Usage: mqshutdown broker | namesrv'],
    ['tools.sh', 'Usage: tools.sh CLASS'],
  ] as const)('%s -h and --help', async (script, first) => {
    const [short, long] = [await installation.run(script, ['-h']), await installation.run(script, ['--help'])];
    expect(short.code).toBe(0);
    expect(short.output).toContain(first);
    expect(long).toEqual(short);
  });

  it('mqadmin lists its commands with no word, or with help, and tells the options of each', async () => {
    const listed = await installation.run('mqadmin');
    expect(listed.code).toBe(0);
    expect(await installation.run('mqadmin', ['help'])).toEqual(listed);
    const names = [...listed.output.matchAll(/^ {3}(\w+) /gm)].map(([, name = '']) => name);
    expect(names.sort()).toEqual(['brokerStatus', 'clusterList', 'getBrokerConfig', 'queryMsgById', 'topicList', 'topicRoute', 'topicStatus', 'updateTopic']);
    for (const name of names) {
      const help = await installation.run('mqadmin', ['help', name]);
      expect(help.code).toBe(0);
      expect(help.output).toContain(`Usage: mqadmin ${name} [options]`);
      expect(help.output).toContain('-n, --namesrvAddr <addr>');
      expect(await installation.run('mqadmin', [name, '-h'])).toEqual(help);
    }
  });
});

describe('scripts', () => {
  const links: [string, (elsewhere: string) => string][] = [
    ['a link to the script', (elsewhere) => (symlinkSync(join(installation.folder, 'bin', 'mqadmin'), join(elsewhere, 'admin')), 'admin')],
    ['a link to a link, relative', (elsewhere) => (symlinkSync('../my servers/bin/mqadmin', join(elsewhere, 'one')), symlinkSync('one', join(elsewhere, 'two')), 'two')],
    ['a link to the folder', (elsewhere) => (symlinkSync(join(installation.folder, 'bin'), join(elsewhere, 'bin')), 'bin/mqadmin')],
  ];
  it.each(links)('%s works from another folder', async (_what, link) => {
    const elsewhere = join(installation.folder, '..', 'elsewhere');
    mkdirSync(elsewhere);
    try {
      const program = installation.command('sh', [link(elsewhere), 'topicList', '-n', namesrv], { cwd: elsewhere });
      expect(await program.waitForExit(LIMIT_MS)).toBe(0);
      expect(program.output).toContain('TBW102\n');
    } finally {
      rmSync(elsewhere, { recursive: true });
    }
  });

  it('say how to build when nothing is built', async () => {
    await using bare = new Installation();
    rmSync(join(bare.folder, 'apps'), { recursive: true });
    for (const script of ['mqbroker', 'mqnamesrv', 'mqadmin', 'mqshutdown', 'tools.sh'] satisfies Script[]) {
      const { code, output } = await bare.run(script);
      expect(code).toBe(1);
      expect(output).toContain(`is missing; build it first: cd '${bare.folder}' && npm ci`);
    }
  });
});

describe('mqadmin', () => {
  const HINT = 'No name server address, please set it: -n localhost:9876, or export NAMESRV_ADDR=localhost:9876';
  it('takes the name server from -n or NAMESRV_ADDR, and says so when it has neither', async () => {
    expect(await installation.run('mqadmin', ['topicList'])).toEqual({ code: 2, output: `mqadmin topicList: ${HINT}\n` });
    expect(await installation.run('mqadmin', ['topicList'], { env: { NAMESRV_ADDR: ' ' } })).toEqual({ code: 2, output: `mqadmin topicList: ${HINT}\n` });
    const byOption = await installation.run('mqadmin', ['topicList', '-n', namesrv]);
    const byVariable = await installation.run('mqadmin', ['topicList'], { env: { NAMESRV_ADDR: namesrv } });
    expect(byOption.code).toBe(0);
    expect(byVariable).toEqual(byOption);
  });

  it.each([
    ['an unknown command', ['nope'], 'The sub command nope not exist.'],
    ['help of an unknown command', ['help', 'nope'], 'The sub command nope not exist.'],
    ['an unknown option', ['topicList', '--nope'], "mqadmin topicList: unknown option '--nope'\nSee 'mqadmin help topicList'.\n"],
    ['a missing option', ['topicRoute'], "mqadmin topicRoute: required option '-t, --topic <value>' not specified\n"],
    ['a word too many', ['topicList', 'nope'], 'mqadmin topicList: too many arguments'],
    ['a name server that is no address', ['topicList', '-n', 'local host'], 'mqadmin topicList: namesrvAddr'],
    ['neither broker nor cluster', ['updateTopic', '-t', 'T'], 'mqadmin updateTopic: give either -b (one broker) or -c (a cluster)\n'],
    ['an impossible number', ['updateTopic', '-t', 'T', '-c', 'x', '-r', 'many'], "mqadmin updateTopic: -r takes a whole number from 1 to 65535, not 'many'\n"],
    ['an id that is none', ['queryMsgById', '-i', 'xyz'], "mqadmin queryMsgById: 'xyz' is not an offset message id"],
    ['the msgId of a producer', ['queryMsgById', '-i', 'C0000202000037F808386FC94E890005'], 'give the offsetMsgId of the SendResult'],
  ])('%s: exit code 2', async (_what, args, message) => {
    const { code, output } = await installation.run('mqadmin', args, { env: { NAMESRV_ADDR: namesrv } });
    expect(output).toContain(message);
    expect(output).not.toMatch(/^ +at /m);
    expect(code).toBe(2);
  });

  it.each([
    ['a topic, of topicRoute', ['topicRoute', '-t', 'Absent'], 'No topic route info in name server for the topic: Absent'],
    ['a topic, of topicStatus', ['topicStatus', '-t', 'Absent'], 'No topic route info in name server for the topic: Absent'],
    ['a cluster', ['updateTopic', '-t', 'T', '-c', 'Absent'], "No cluster 'Absent'; known: DefaultCluster."],
  ])('%s that is not there: exit code 3', async (_what, args, message) => {
    const { code, output } = await installation.run('mqadmin', [...args, '-n', namesrv]);
    expect(output).toContain(message);
    expect(code).toBe(3);
  });

  it('a message that is not there: exit code 3', async () => {
    const [, port = ''] = broker.split(':');
    const id = `7F000001${Number(port).toString(16).padStart(8, '0')}00000000000F0000`;
    const { code, output } = await installation.run('mqadmin', ['queryMsgById', '-i', id, '-n', namesrv]);
    expect(output).toContain('can not find message by the offset, 983040');
    expect(code).toBe(3);
  });

  it('nobody there, or nobody who answers: exit code 4', async () => {
    const free = await namesrvPort();
    const refused = await installation.run('mqadmin', ['topicList', '-n', `127.0.0.1:${free}`]);
    expect(refused.output).toBe(
      `mqadmin topicList: No name server answers: connect to 127.0.0.1:${free} failed: connection refused, nothing listens there (ECONNREFUSED). Is one running there, and is the address right?\n`,
    );
    expect(refused.code).toBe(4);
    const gone = await installation.run('mqadmin', ['updateTopic', '-t', 'T', '-b', `127.0.0.1:${free}`, '-n', namesrv]);
    expect(gone.output).toContain('connection refused');
    expect(gone.code).toBe(4);

    const silent = createServer().listen(free, '127.0.0.1');
    try {
      const { code, output } = await installation.run('mqadmin', ['topicList', '-n', `127.0.0.1:${free}`]);
      expect(output).toContain(`no answer from 127.0.0.1:${free}`);
      expect(code).toBe(4);
    } finally {
      silent.close();
    }
  });

  it('a reader that has seen enough is no error', async () => {
    const program = installation.command('sh', ['-c', 'sh "$0" topicList -n "$1" | true', join(installation.folder, 'bin', 'mqadmin'), namesrv]);
    expect(await program.waitForExit(LIMIT_MS)).toBe(0);
    expect(program.output).toBe('');
  });
});

describe('tools.sh', () => {
  it('names its examples when the class is another', async () => {
    const { code, output } = await installation.run('tools.sh', ['Producer']);
    expect(code).toBe(1);
    expect(output).toBe(`Could not find or load main class Producer\nExamples:\n  ${PRODUCER}\n  ${CONSUMER}\n`);
  });

  it.each([PRODUCER, CONSUMER])('%s: no name server address', async (example) => {
    const { code, output } = await installation.run('tools.sh', [example]);
    expect(code).toBe(1);
    expect(output).toContain('No name server address, please set it.');
    expect(output).toContain('set the environment variable NAMESRV_ADDR');
    expect(output).not.toMatch(/^ +at /m);
  });

  it('the consumer gets what the producer has sent, and leaves on SIGINT', async () => {
    const env = { NAMESRV_ADDR: namesrv };
    const sent = await installation.run('tools.sh', [PRODUCER], { env });
    expect(sent.code).toBe(0);
    const consumer = installation.start('tools.sh', [CONSUMER], { env });
    await consumer.waitUntil((output) => ((output.match(/Receive New Messages/g)?.length ?? 0) >= 1000 ? true : undefined), LIMIT_MS, '1000 messages');
    process.kill(consumer.pid, 'SIGINT');
    expect(await consumer.waitForExit(LIMIT_MS)).toBe(0);
    expect(new Set([...consumer.output.matchAll(/offsetMsgId|msgId=([0-9A-F]{32})/g)].map(([, id]) => id)).size).toBe(1000);
  });
});
