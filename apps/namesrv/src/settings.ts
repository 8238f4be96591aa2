/**
 * Defaults, then the `-c` file: the 17 keys of 4.6.0's NamesrvConfig and NettyServerConfig, checked. Anything that is
 * not understood stops the start, with file and line.
 */
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { RmqError } from '@rocketmq-ts/kernel';
import type { NamesrvOptions } from '@rocketmq-ts/namesrv';
import { parseProperties } from '@rocketmq-ts/remoting-protocol';

/** What the operator has to put right. */
export class SettingsError extends RmqError {
  constructor(message: string) {
    super('CONFIG', message);
  }
}

const WHOLE = /^[0-9]{1,9}$/;
const YES_OR_NO = /^(true|false)$/;
const TEXT = /^.+$/;

/** Key → what its values look like; in the order in which they are printed. */
const KEYS = new Map<string, RegExp>([
  ['rocketmqHome', TEXT],
  ['kvConfigPath', TEXT],
  ['configStorePath', TEXT],
  ['productEnvName', TEXT],
  ['clusterTest', YES_OR_NO],
  ['orderMessageEnable', YES_OR_NO],
  ['listenPort', WHOLE],
  ['serverWorkerThreads', WHOLE],
  ['serverCallbackExecutorThreads', WHOLE],
  ['serverSelectorThreads', WHOLE],
  ['serverOnewaySemaphoreValue', WHOLE],
  ['serverAsyncSemaphoreValue', WHOLE],
  ['serverChannelMaxIdleTimeSeconds', WHOLE],
  ['serverSocketSndBufSize', WHOLE],
  ['serverSocketRcvBufSize', WHOLE],
  ['serverPooledByteBufAllocatorEnable', YES_OR_NO],
  ['useEpollNativeSelector', YES_OR_NO],
]);

/** Without effect here: threads, buffers and native selectors are Java's, the cluster-test mode is not offered. */
const WITHOUT_EFFECT = new Set([
  'productEnvName',
  'clusterTest',
  'serverWorkerThreads',
  'serverCallbackExecutorThreads',
  'serverSelectorThreads',
  'serverOnewaySemaphoreValue',
  'serverAsyncSemaphoreValue',
  'serverSocketSndBufSize',
  'serverSocketRcvBufSize',
  'serverPooledByteBufAllocatorEnable',
  'useEpollNativeSelector',
]);

export interface Settings {
  readonly options: NamesrvOptions;
  /** Keys that were set and change nothing. */
  readonly withoutEffect: readonly string[];
}

function defaults(): Map<string, string> {
  const home = homedir();
  return new Map([
    ['rocketmqHome', process.env['ROCKETMQ_HOME'] ?? ''],
    ['kvConfigPath', join(home, 'namesrv', 'kvConfig.json')],
    ['configStorePath', join(home, 'namesrv', 'namesrv.properties')],
    ['productEnvName', 'center'],
    ['clusterTest', 'false'],
    ['orderMessageEnable', 'false'],
    ['listenPort', '9876'],
    ['serverWorkerThreads', '8'],
    ['serverCallbackExecutorThreads', '0'],
    ['serverSelectorThreads', '3'],
    ['serverOnewaySemaphoreValue', '256'],
    ['serverAsyncSemaphoreValue', '64'],
    ['serverChannelMaxIdleTimeSeconds', '120'],
    ['serverSocketSndBufSize', '65535'],
    ['serverSocketRcvBufSize', '65535'],
    ['serverPooledByteBufAllocatorEnable', 'true'],
    ['useEpollNativeSelector', 'false'],
  ]);
}

/** @throws SettingsError */
export function loadSettings(file: string | undefined): Settings {
  const properties = defaults();
  const withoutEffect: string[] = [];
  if (file !== undefined) {
    for (const { key, value, line } of parseProperties(readConfigFile(file))) {
      const where = `${file}:${line}`;
      const values = KEYS.get(key);
      if (values === undefined) throw new SettingsError(`${where}: unknown key '${key}'; the nearest known key is '${nearestKey(key)}'`);
      const trimmed = value.trim();
      if (!values.test(trimmed)) throw new SettingsError(`${where}: '${trimmed}' is not a value of ${key}`);
      properties.set(key, trimmed);
      if (WITHOUT_EFFECT.has(key)) withoutEffect.push(key);
    }
    properties.set('configStorePath', resolve(file));
  }
  const text = (key: string): string => properties.get(key) as string;
  const listenPort = Number(text('listenPort'));
  if (listenPort > 65_535) throw new SettingsError(`${file}: listenPort is ${listenPort}, the highest port is 65535`);
  return {
    options: {
      listenPort,
      serverChannelMaxIdleTimeSeconds: Number(text('serverChannelMaxIdleTimeSeconds')),
      kvConfigPath: text('kvConfigPath'),
      configStorePath: text('configStorePath'),
      properties,
    },
    withoutEffect,
  };
}

function readConfigFile(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    throw new SettingsError(`can't read the configuration file ${file}: ${code === 'ENOENT' ? 'no such file' : code}`);
  }
}

function nearestKey(key: string): string {
  const wanted = key.toLowerCase();
  let nearest = '';
  let distance = Infinity;
  for (const known of KEYS.keys()) {
    const own = editDistance(wanted, known.toLowerCase());
    if (own < distance) [nearest, distance] = [known, own];
  }
  return nearest;
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] as number) + 1, (next[j - 1] as number) + 1));
    }
    row = next;
  }
  return row[b.length] as number;
}
