import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { CommanderError } from 'commander';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { parseArguments } from './arguments.ts';
import { loadConfig } from './load-config.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'broker-config-'));
  vi.stubEnv('NAMESRV_ADDR', '10.9.9.9:9876');
});

afterEach(() => {
  rmSync(folder, { recursive: true });
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

function file(text: string): string {
  const path = join(folder, 'broker.conf');
  writeFileSync(path, text);
  return path;
}

const nameServersOf = (argv: string[]): [string | undefined, boolean] => {
  const { config, embedsNameServer } = loadConfig(parseArguments(argv), '/data');
  return [config.values.broker.namesrvAddr, embedsNameServer];
};

it('takes name servers from -n, else from the file, else from the environment', () => {
  const conf = file('namesrvAddr=10.0.0.1:9876\n');
  expect(nameServersOf(['-c', conf, '-n', '10.0.0.2:9876'])).toEqual(['10.0.0.2:9876', false]);
  expect(nameServersOf(['-c', conf])).toEqual(['10.0.0.1:9876', false]);
  expect(nameServersOf([])).toEqual(['10.9.9.9:9876', false]);
});

it('embeds a name server in serve unless one is named, whatever the environment says', () => {
  expect(nameServersOf(['serve'])).toEqual(['127.0.0.1:9876', true]);
  expect(nameServersOf(['serve', '--namesrvPort', '19876'])).toEqual(['127.0.0.1:19876', true]);
  expect(nameServersOf(['serve', '-n', '10.0.0.2:9876'])).toEqual(['10.0.0.2:9876', false]);
  expect(nameServersOf(['serve', '-c', file('namesrvAddr=10.0.0.1:9876\n')])).toEqual(['10.0.0.1:9876', false]);
});

it('keeps the data of serve in the data folder, and of a broker in the home folder', () => {
  const store = (argv: string[]): string[] => {
    const { storePathRootDir, storePathCommitLog } = loadConfig(parseArguments(argv), '/data').config.values.store;
    return [storePathRootDir, storePathCommitLog];
  };
  expect(store(['serve'])).toEqual(['/data/store', '/data/store/commitlog']);
  expect(store([])[0]).not.toContain('/data/store');
  expect(store(['serve', '-c', file('storePathRootDir=/elsewhere\n')])).toEqual(['/elsewhere', '/data/store/commitlog']);
});

it('names a file that is not there, and the line of what it does not understand', () => {
  expect(() => loadConfig(parseArguments(['-c', '/nope.conf']), '/data')).toThrow(expect.objectContaining({ code: 'CONFIG', message: "can't read the configuration file /nope.conf: there is no such file" }));
  const conf = file('\ufeffbrokerName = a \r\nbrokerNmae=b\r\n');
  expect(() => loadConfig(parseArguments(['-c', conf]), '/data')).toThrow(expect.objectContaining({ code: 'CONFIG', message: `${conf}:2: unknown key 'brokerNmae'; did you mean 'brokerName'?` }));
});

it.each([[['--nope']], [['start']], [['serve', 'twice']], [['serve', '--namesrvPort', '0']], [['-c']]])('refuses %j', (argv) => {
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  expect(() => parseArguments(argv)).toThrow(CommanderError);
});
