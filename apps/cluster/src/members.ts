/** Who belongs to the tutorial's clusters, read from the files in conf/, in the tutorial's order. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { RmqError } from '@rocketmq-ts/kernel';
import { parseProperties } from '@rocketmq-ts/remoting-protocol';

export const MODES = ['single-master', '2m-noslave', '2m-2s-async', '2m-2s-sync'] as const;
export type Mode = (typeof MODES)[number];

export interface Member {
  /** As its file is named: `2m-2s-sync/broker-a-s`. */
  readonly name: string;
  /** Relative to the workspace: `conf/2m-2s-sync/broker-a-s.properties`. */
  readonly configFile: string;
  readonly mode: Mode;
  readonly clusterName: string;
  readonly brokerName: string;
  readonly brokerId: number;
  readonly listenPort: number;
  readonly namesrvAddr: string;
}

const PAIRS = ['broker-a', 'broker-a-s', 'broker-b', 'broker-b-s'];
const FILES: Readonly<Record<Mode, readonly string[]>> = {
  'single-master': ['conf/broker.conf'],
  '2m-noslave': ['broker-a', 'broker-b'].map((name) => `conf/2m-noslave/${name}.properties`),
  '2m-2s-async': PAIRS.map((name) => `conf/2m-2s-async/${name}.properties`),
  '2m-2s-sync': PAIRS.map((name) => `conf/2m-2s-sync/${name}.properties`),
};
const TRACE_FILE = 'conf/2m-noslave/broker-trace.properties';

/** @throws RmqError CONFIG when a file is gone or lacks one of the keys */
export function membersOf(workspace: string, choice: { readonly mode: Mode | undefined; readonly trace: boolean }): Member[] {
  return MODES.filter((mode) => choice.mode === undefined || choice.mode === mode).flatMap((mode) => {
    const files = mode === '2m-noslave' && choice.trace ? [...FILES[mode], TRACE_FILE] : FILES[mode];
    return files.map((file) => memberOf(workspace, mode, file));
  });
}

function memberOf(workspace: string, mode: Mode, configFile: string): Member {
  const settings = new Map(parseProperties(textOf(join(workspace, configFile))).map(({ key, value }) => [key, value.trim()]));
  const setting = (key: string): string => {
    const value = settings.get(key);
    if (value === undefined) throw new RmqError('CONFIG', `${configFile} does not set ${key}`);
    return value;
  };
  return {
    name: mode === 'single-master' ? 'single-master/broker-a' : configFile.slice('conf/'.length, -'.properties'.length),
    configFile,
    mode,
    clusterName: setting('brokerClusterName'),
    brokerName: setting('brokerName'),
    brokerId: Number(setting('brokerId')),
    listenPort: Number(setting('listenPort')),
    namesrvAddr: setting('namesrvAddr'),
  };
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new RmqError('CONFIG', `can't read ${path}; the clusters are described there`, { cause: error });
  }
}
