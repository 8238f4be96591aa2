/** What `-c FILE` may say, and what is answered when it says something else. */
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { brokerPort, Installation, LIMIT_MS } from './harness/installation.ts';

let installation: Installation;
beforeAll(() => {
  installation = new Installation();
});
afterAll(() => installation[Symbol.asyncDispose]());

describe('a wrong configuration stops the start with exit code 2, one line for each thing wrong', () => {
  it('unknown keys and impossible values: file, line, nearest key, what is allowed', async () => {
    const file = installation.file('wrong.conf', '# a comment\nbrokerNmae=a\nflushDiskType=sync\nlistenPort=70000\nnothingLikeIt=1\n');
    const ended = await installation.run('mqbroker', ['-c', file]);
    expect(ended).toEqual({
      code: 2,
      output: [
        `mqbroker: ${file}:2: unknown key 'brokerNmae'; did you mean 'brokerName'?`,
        `mqbroker: ${file}:3: 'sync' is not a value of flushDiskType; allowed: ASYNC_FLUSH, SYNC_FLUSH`,
        `mqbroker: ${file}:4: '70000' is not a value of listenPort; allowed: a whole number from 1 to 65534`,
        `mqbroker: ${file}:5: unknown key 'nothingLikeIt'`,
        '',
      ].join('\n'),
    });
  });

  it('of a name server', async () => {
    const file = installation.file('wrong-namesrv.conf', 'listenPrt=9876\nlistenPort=nine\n');
    const { code, output } = await installation.run('mqnamesrv', ['-c', file]);
    expect(code).toBe(2);
    expect(output.split('\n')).toEqual([
      `mqnamesrv: ${file}:1: unknown key 'listenPrt'; did you mean 'listenPort'?`,
      `mqnamesrv: ${file}:2: 'nine' is not a value of listenPort; allowed: a whole number from 1 to 65535`,
      '',
    ]);
  });

  it.each(['mqbroker', 'mqnamesrv'] as const)('%s: a file that is not there, and a folder', async (script) => {
    const absent = await installation.run(script, ['-c', 'nowhere.conf']);
    expect(absent).toEqual({ code: 2, output: `${script}: can't read the configuration file nowhere.conf: there is no such file\n` });
    mkdirSync(join(installation.home, script));
    const folder = await installation.run(script, ['-c', script]);
    expect(folder).toEqual({ code: 2, output: `${script}: can't read the configuration file ${script}: it is a folder\n` });
  });

  it('name server addresses of -n and of NAMESRV_ADDR', async () => {
    const option = await installation.run('mqbroker', ['-n', 'not an address']);
    expect(option).toEqual({ code: 2, output: "mqbroker: -n: 'not an address' is not a list of name servers; allowed: host:port, several separated by ;\n" });
    const variable = await installation.run('mqbroker', [], { env: { NAMESRV_ADDR: 'localhost' } });
    expect(variable).toEqual({ code: 2, output: "mqbroker: NAMESRV_ADDR: 'localhost' is not a list of name servers; allowed: host:port, several separated by ;\n" });
  });

  it.each([
    ['mqbroker', ['--nope'], "unknown option '--nope'"],
    ['mqbroker', ['-c'], "option '-c, --configFile <file>' argument missing"],
    ['mqbroker', ['start'], "unknown word 'start'; there is only 'serve'"],
    ['mqbroker', ['serve', '--namesrvPort', '0'], "'0' is not a port"],
    ['mqnamesrv', ['start'], 'too many arguments. Expected 0 arguments but got 1.'],
  ] as const)('%s %o', async (script, args, message) => {
    const { code, output } = await installation.run(script, args);
    expect(code).toBe(2);
    expect(output).toContain(message);
    expect(output).not.toMatch(/^ +at /m);
  });
});

describe('what is understood', () => {
  const printed = async (text: string, ...options: string[]) => {
    const { code, output } = await installation.run('mqbroker', ['-c', installation.file('good.conf', text), ...options]);
    expect(code).toBe(0);
    return new Map(output.split('\n').map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
  };

  it('blanks around = and at the end, CRLF, a byte order mark, a last line without end', async () => {
    const values = await printed('\uFEFFbrokerName = broker-x \r\n  listenPort\t=\t10999\t\r\nflushDiskType : SYNC_FLUSH\r\nfileReservedTime=48', '-p');
    expect(values.get('brokerName')).toBe('broker-x');
    expect(values.get('listenPort')).toBe('10999');
    expect(values.get('flushDiskType')).toBe('SYNC_FLUSH');
    expect(values.get('fileReservedTime')).toBe('48');
  });

  it('-p prints all, -m the important ones, nothing is started or written', async () => {
    const all = await printed('brokerName=p', '-p');
    const important = await printed('brokerName=p', '-m');
    expect([...important.keys()].filter((key) => all.get(key) !== important.get(key))).toEqual([]);
    expect(important.size).toBeLessThan(all.size / 2);
    expect([important.has('brokerName'), important.has('listenPort'), all.has('listenPort')]).toEqual([true, false, true]);
    expect(all.get('storePathRootDir')).toBe(join(installation.home, 'store'));
    expect(() => readFileSync(join(installation.home, 'store', 'lock'))).toThrow('ENOENT');
    const namesrv = await installation.run('mqnamesrv', ['-p']);
    expect(namesrv.code).toBe(0);
    expect(namesrv.output).toContain(`kvConfigPath=${join(installation.home, 'namesrv', 'kvConfig.json')}\n`);
  });

  it('ROCKETMQ_HOME: the folder of the installation unless it is set; -n before the file before NAMESRV_ADDR', async () => {
    const value = async (args: readonly string[], env: Record<string, string>, key: string) =>
      new RegExp(`^${key}=(.*)$`, 'm').exec((await installation.run('mqbroker', [...args, '-p'], { env })).output)?.[1];
    expect(await value([], {}, 'rocketmqHome')).toBe(installation.folder);
    expect(await value([], { ROCKETMQ_HOME: '/opt/rocketmq' }, 'rocketmqHome')).toBe('/opt/rocketmq');
    const file = installation.properties('namesrv-in-file.conf', { namesrvAddr: 'file:1' });
    expect(await value(['-c', file, '-n', 'option:1'], { NAMESRV_ADDR: 'variable:1' }, 'namesrvAddr')).toBe('option:1');
    expect(await value(['-c', file], { NAMESRV_ADDR: 'variable:1' }, 'namesrvAddr')).toBe('file:1');
    expect(await value([], { NAMESRV_ADDR: 'variable:1' }, 'namesrvAddr')).toBe('variable:1');
  });

  it("the tutorial's file", async () => {
    const { code, output } = await installation.run('mqbroker', ['-c', join(installation.folder, 'conf', 'broker.conf'), '-p']);
    expect(code).toBe(0);
    expect(output).toContain('brokerName=broker-a\n');
  });

  it('the log points out old spellings, keys without effect, and a commit log left outside the root', async () => {
    const root = join(installation.home, 'root');
    const file = installation.properties('notes.conf', {
      listenPort: await brokerPort(),
      brokerIP1: '127.0.0.1',
      mapedFileSizeCommitLog: 1_048_576,
      sendMessageThreadPoolNums: 4,
      storePathRootDir: root,
    });
    const broker = await installation.startBroker(['-c', file]);
    expect(await broker.stop(LIMIT_MS)).toBe(0);
    const log = readFileSync(join(installation.logFolder, 'broker.log'), 'utf8');
    expect(log).toContain(`WARN ${file}:3: 'mapedFileSizeCommitLog' is the old spelling of 'mappedFileSizeCommitLog'\n`);
    expect(log).toContain(`WARN ${file}: known, but without effect here: sendMessageThreadPoolNums\n`);
    expect(log).toContain(`WARN ${file}:5: the commit log stays at storePathCommitLog=${join(installation.home, 'store', 'commitlog')}, outside storePathRootDir=${root}\n`);
  });
});
