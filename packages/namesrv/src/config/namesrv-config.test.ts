import { readFileSync } from 'node:fs';

import { ConfigError } from '@rocketmq-ts/kernel';
import { parseProperties } from '@rocketmq-ts/remoting-protocol';
import { describe, expect, it } from 'vitest';

import { namesrvConfigText, namesrvOptionsOf, readNamesrvConfig } from './namesrv-config.ts';
import { namesrvKeyTables } from './namesrv-keys.ts';

const facts = { homeFolder: '/home/rocketmq' };

function read(text: string, fileName: string | undefined = 'namesrv.conf') {
  return readNamesrvConfig({ facts, entries: parseProperties(text), fileName, rocketmqHome: '/opt/rmq' });
}

describe('keys of a name server', () => {
  it('are those of 4.6.0, in their order, with their types, defaults and marks', () => {
    const golden = JSON.parse(readFileSync(new URL('../../test/golden/config-keys.json', import.meta.url), 'utf8')) as {
      keys: { owner: string; key: string; type: string; important: boolean; default: string | null }[];
    };
    const { own, ...tables } = namesrvKeyTables(facts);
    expect(Object.keys(own.keys)).toEqual(['brokerMoveEnable']);
    const ours = Object.values(tables).flatMap((table) =>
      Object.entries(table.keys).map(([key, { type, defaultValue, isImportant }]) => ({
        owner: table.owner,
        key,
        type,
        important: isImportant,
        default: defaultValue === undefined ? null : String(defaultValue),
      })),
    );
    // Java's name server sets its port before it reads its file.
    const java = golden.keys.map((each) => ({
      ...each,
      type: each.type === 'String' ? 'string' : each.type,
      default: each.key === 'listenPort' ? '9876' : each.default,
    }));
    const byOwner = (keys: readonly { owner: string }[]) => [...keys].sort((a, b) => (a.owner < b.owner ? -1 : a.owner > b.owner ? 1 : 0));
    expect(java).toHaveLength(6 + 11);
    expect(byOwner(ours)).toEqual(byOwner(java));
  });
});

describe('a name server configuration', () => {
  it('without a file listens on 9876 and keeps its files in the home folder', () => {
    const { properties, ...options } = namesrvOptionsOf(readNamesrvConfig({ facts, entries: [], fileName: undefined }));
    expect(options).toEqual({
      listenPort: 9876,
      serverChannelMaxIdleTimeSeconds: 120,
      kvConfigPath: '/home/rocketmq/namesrv/kvConfig.json',
      configStorePath: '/home/rocketmq/namesrv/namesrv.properties',
    });
    expect(properties.get('orderMessageEnable')).toBe('false');
    expect(properties.has('rocketmqHome')).toBe(false);
  });

  it('keeps changes in the file it came from', () => {
    const config = read('listenPort = 21003 \r\norderMessageEnable=true\r\nconfigStorePath=/elsewhere\r\nserverWorkerThreads=4');
    const options = namesrvOptionsOf(config);
    expect(options.listenPort).toBe(21003);
    expect(options.configStorePath).toBe('namesrv.conf');
    expect(options.properties.get('orderMessageEnable')).toBe('true');
    expect(options.properties.get('rocketmqHome')).toBe('/opt/rmq');
    expect(config.notes).toEqual([
      'namesrv.conf: known, but without effect here: serverWorkerThreads',
      'namesrv.conf:3: configStorePath is this file itself',
    ]);
  });

  it.each([
    ['listenPort=65536', "'65536' is not a value of listenPort; allowed: a whole number from 1 to 65535"],
    ['kvConfigPath=~/kv.json', '~ and variables are not replaced'],
    ['orderMessageEnable=1', 'allowed: true or false'],
    ['listenport=1', "did you mean 'listenPort'?"],
    ['brokerName=a', "unknown key 'brokerName'"],
  ])('refuses %s', (line, why) => {
    expect(() => read(line)).toThrow(ConfigError);
    expect(() => read(line)).toThrow(why);
    expect(() => read(line)).toThrow(/^namesrv\.conf:1: /);
  });

  it('is shown in full', () => {
    const lines = namesrvConfigText(read('')).trimEnd().split('\n');
    expect(lines).toHaveLength(17 + 1);
    expect(lines[0]).toBe('rocketmqHome=/opt/rmq');
    expect(lines).toContain('listenPort=9876');
    expect(lines.at(-1)).toBe('brokerMoveEnable=false');
  });
});
