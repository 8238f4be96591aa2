import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { DiskError } from '@rocketmq-ts/kernel';
import { CommanderError } from 'commander';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { parseArguments } from './arguments.ts';
import { explained } from './explain.ts';
import { loadConfig } from './load-config.ts';
import { removeFoldersInPlaceOfFiles } from './store-folder.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'broker-config-'));
  vi.stubEnv('NAMESRV_ADDR', '10.9.9.9:9876');
  vi.stubEnv('ROCKETMQ_DATA', undefined);
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

describe('ROCKETMQ_DATA', () => {
  const paths = (argv: string[]): string[] => {
    const { storePathRootDir, storePathCommitLog } = loadConfig(parseArguments(argv), '/workspace/data').config.values.store;
    return [storePathRootDir, storePathCommitLog];
  };
  beforeEach(() => vi.stubEnv('ROCKETMQ_DATA', '/mine'));

  it("takes the place of /data/rocketmq in a tutorial's file, and of nothing else there", () => {
    expect(paths(['-c', file('storePathRootDir = /data/rocketmq/c/a/store \nstorePathCommitLog=/data/rocketmq')])).toEqual(['/mine/c/a/store', '/mine']);
    expect(paths(['-c', file('storePathRootDir=/data/rocketmq2\nstorePathCommitLog=/disk2/log')])).toEqual(['/data/rocketmq2', '/disk2/log']);
  });

  it('takes the place of the folders that are chosen without a file', () => {
    expect(paths([])).toEqual(['/mine/store', '/mine/store/commitlog']);
    expect(paths(['serve'])).toEqual(['/mine/store', '/mine/store/commitlog']);
    vi.stubEnv('ROCKETMQ_DATA', ' ');
    expect(paths(['serve'])[0]).toBe('/workspace/data/store');
  });

  it('is named when /data/rocketmq can not be written, and only then', () => {
    const failure = (code: string, path: string): string => (explained(new DiskError(code, path, `can't make ${path}`)) as Error).message;
    expect(failure('EACCES', '/data/rocketmq/c/a/store')).toBe(
      "can't make /data/rocketmq/c/a/store; make /data/rocketmq writable for this user, or put another folder in its place: export ROCKETMQ_DATA=$HOME/rocketmq-data",
    );
    expect(failure('EACCES', '/srv/store')).toContain('set another storePathRootDir');
    expect(failure('ENOSPC', '/data/rocketmq/c')).toContain('make room');
  });
});

it("reads over the paths that 4.6.0 does not know, as Java does, and points out those that lie elsewhere", () => {
  const conf = file('storePathRootDir=/d\nstorePathCommitLog=/d/commitlog\nstorePathConsumeQueue=/d/consumequeue/\nstorePathIndex=/e/index\nstoreCheckpoint=/d/checkpoint\nabortFile=/d/abort\n');
  expect(loadConfig(parseArguments(['-c', conf]), '/data').config.notes).toEqual([`${conf}:4: storePathIndex is not a key of 4.6.0 and has no effect; it is always /d/index`]);
});

it("removes an empty folder where a file is to be, and nothing else", () => {
  for (const name of ['checkpoint', 'abort', 'index']) mkdirSync(join(folder, name));
  writeFileSync(join(folder, 'abort', 'kept'), '');
  expect(removeFoldersInPlaceOfFiles(folder)).toEqual([join(folder, 'checkpoint')]);
  expect(readdirSync(folder).sort()).toEqual(['abort', 'index']);
  writeFileSync(join(folder, 'checkpoint'), '');
  expect(removeFoldersInPlaceOfFiles(folder)).toEqual([]);
  expect(removeFoldersInPlaceOfFiles(join(folder, 'absent'))).toEqual([]);
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
