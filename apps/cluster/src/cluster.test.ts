import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { CommanderError } from 'commander';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { parseArguments } from './arguments.ts';
import { membersOf } from './members.ts';
import { choosePlace } from './place.ts';
import { isRegistered } from './registration.ts';
import { memoryOf, residentText } from './resident.ts';
import { readRoster, writeRoster } from './roster.ts';
import { configFileOf } from './servers.ts';
import { presentAmong, stop } from './stop.ts';

const WORKSPACE = fileURLToPath(new URL('../../../', import.meta.url));

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'cluster-'))));
afterEach(() => {
  rmSync(folder, { recursive: true });
  vi.restoreAllMocks();
});

describe('the words', () => {
  it.each([
    [['up'], { action: 'up', mode: undefined, trace: false }],
    [['down', '--mode=2m-2s-sync'], { action: 'down', mode: '2m-2s-sync', trace: false }],
    [['status', '--mode', '2m-noslave', '--trace'], { action: 'status', mode: '2m-noslave', trace: true }],
  ])('%j', (argv, expected) => {
    expect(parseArguments(argv)).toEqual(expected);
  });

  it.each([[[]], [['start']], [['up', '--mode=3m']], [['up', 'now']]])('refuses %j', (argv) => {
    vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    expect(() => parseArguments(argv)).toThrow(CommanderError);
  });
});

describe('members', () => {
  it('are the eleven, at the ports of the tutorial, and a twelfth when it is asked for', () => {
    const eleven = membersOf(WORKSPACE, { mode: undefined, trace: false });
    expect(eleven.map(({ listenPort }) => listenPort)).toEqual([10911, 11911, 12911, 13911, 14911, 15911, 16911, 17911, 18911, 19911, 20911]);
    const pairs = membersOf(WORKSPACE, { mode: '2m-2s-sync', trace: true });
    expect(pairs.map(({ name, brokerName, brokerId }) => `${name} ${brokerName} ${brokerId}`)).toEqual([
      '2m-2s-sync/broker-a 2m-2s-sync-broker-a 0',
      '2m-2s-sync/broker-a-s 2m-2s-sync-broker-a 1',
      '2m-2s-sync/broker-b 2m-2s-sync-broker-b 0',
      '2m-2s-sync/broker-b-s 2m-2s-sync-broker-b 1',
    ]);
    expect(membersOf(WORKSPACE, { mode: '2m-noslave', trace: true }).map(({ name }) => name)).toEqual(['2m-noslave/broker-a', '2m-noslave/broker-b', '2m-noslave/broker-trace']);
  });

  it('say which file is gone or lacks a key', () => {
    const choice = { mode: 'single-master', trace: false } as const;
    expect(() => membersOf(folder, choice)).toThrow(`can't read ${join(folder, 'conf/broker.conf')}`);
    mkdirSync(join(folder, 'conf'));
    writeFileSync(join(folder, 'conf', 'broker.conf'), 'brokerName=a\n');
    expect(() => membersOf(folder, choice)).toThrow('conf/broker.conf does not set brokerClusterName');
  });
});

describe('the data', () => {
  it.each([
    [{ ROCKETMQ_DATA: '/mine' }, true, '/mine', 'ROCKETMQ_DATA'],
    [{}, true, '/data/rocketmq', undefined],
    [{ ROCKETMQ_DATA: '' }, false, '/w/data', "/data/rocketmq can't be written; export ROCKETMQ_DATA=FOLDER names another place"],
  ])('of %j where /data/rocketmq is writable: %j', (env, writable, dataFolder, because) => {
    expect(choosePlace(env, '/w', () => writable)).toEqual({ dataFolder, because });
  });
});

describe('what was started', () => {
  it('is found again, and a damaged note is none', () => {
    expect(readRoster(folder)).toBeUndefined();
    const roster = { dataFolder: '/d', started: [{ name: 'namesrv', pid: 7 }] };
    writeRoster(folder, roster);
    expect(readRoster(folder)).toEqual(roster);
    writeFileSync(join(folder, 'data', 'cluster.json'), '{"dataFolder":"/d","started":[{"name":"x","pid":"7"},null,{"name":"y","pid":8}]}');
    expect(readRoster(folder)?.started).toEqual([{ name: 'y', pid: 8 }]);
    writeFileSync(join(folder, 'data', 'cluster.json'), '{"dataF');
    expect(readRoster(folder)).toBeUndefined();
    expect(readFileSync(join(folder, 'data', 'cluster.json'), 'utf8')).toBe('{"dataF');
    rmSync(join(folder, 'data'), { recursive: true });
    writeFileSync(join(folder, 'data'), 'a file');
    expect(() => writeRoster(folder, roster)).toThrow(`can't note in ${join(folder, 'data', 'cluster.json')} what was started (EEXIST)`);
  });

  it('counts only while the process id runs that very server', () => {
    const noted = [{ name: 'a', pid: 1 }, { name: 'b', pid: 2 }];
    expect(presentAmong(noted, [{ name: 'b', pid: 1 }, { name: 'b', pid: 2 }])).toEqual([{ name: 'b', pid: 2 }]);
  });

  it('is not signalled when somebody else has its process id by now, and is given up on after the grace time', async () => {
    const kill = vi.spyOn(process, 'kill').mockReturnValue(true);
    const [gone, stays] = [{ name: 'gone', pid: 999_998 }, { name: 'stays', pid: 999_999 }];
    expect(await stop([gone, stays], () => [stays], 120)).toEqual({ ended: [], left: [stays] });
    expect(kill.mock.calls).toEqual([[999_999, 'SIGTERM']]);
  });
});

it.each([
  [['node', '/w/main.js', '-c', 'conf/broker.conf'], '/w/conf/broker.conf'],
  [['node', '/w/main.js', '--configFile', '/abs.conf'], '/abs.conf'],
  [['node', '/w/main.js'], undefined],
  [['node', '/w/main.js', '-c'], undefined],
])('the file of %j', (argv, expected) => {
  expect(configFileOf({ pid: 1, argv, folder: '/w' })).toBe(expected);
});

it('a member is registered when its cluster, name, id and port are listed', () => {
  const [member] = membersOf(WORKSPACE, { mode: '2m-2s-sync', trace: false }).slice(1);
  if (member === undefined) throw new Error('no member');
  const listing = (cluster: string, id: number, address: string) => ({
    clusterAddrTable: new Map([[cluster, [member.brokerName]]]),
    brokerAddrTable: new Map([[member.brokerName, { cluster, brokerName: member.brokerName, brokerAddrs: new Map([[id, address]]) }]]),
  });
  expect(isRegistered(listing('2m-2s-sync', 1, '10.0.0.1:18911'), member)).toBe(true);
  expect(isRegistered(listing('other', 1, '10.0.0.1:18911'), member)).toBe(false);
  expect(isRegistered(listing('2m-2s-sync', 0, '10.0.0.1:18911'), member)).toBe(false);
  expect(isRegistered(listing('2m-2s-sync', 1, '10.0.0.1:8911'), member)).toBe(false);
  expect(isRegistered({ clusterAddrTable: new Map(), brokerAddrTable: new Map() }, member)).toBe(false);
});

it.runIf(process.platform === 'linux')('memory is read from /proc, and of a process that is gone nothing', () => {
  const { rss, pss } = memoryOf(process.pid) ?? { rss: 0, pss: 0 };
  expect(rss).toBeGreaterThan(10_000);
  expect(pss).toBeLessThanOrEqual(rss);
  expect(memoryOf(2 ** 22 + 1)).toBeUndefined();
  expect(residentText([])).toBeUndefined();
  expect(residentText([process.pid])).toMatch(/^\d+ MiB resident \(\d+ MiB with shared pages counted once\)$/);
});
