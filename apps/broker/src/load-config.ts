import { availableParallelism, homedir, hostname, networkInterfaces, totalmem } from 'node:os';

import { type BrokerConfig, type HostFacts, readBrokerConfig } from '@rocketmq-ts/broker';
import { dataFolderOf, readConfigFile } from '@rocketmq-ts/launcher';
import { parseProperties } from '@rocketmq-ts/remoting-protocol';

import type { Arguments } from './arguments.ts';
import { movedEntries } from './data-folder.ts';
import { localAddress } from './local-address.ts';
import { notesOnIgnoredPaths, withoutUnknownPaths } from './unknown-path-keys.ts';

export interface LoadedConfig {
  readonly config: BrokerConfig;
  /** Nobody named a name server, so this process is to be one. */
  readonly embedsNameServer: boolean;
}

/**
 * @param serveFolder where `serve` keeps its data unless ROCKETMQ_DATA names another folder
 * @throws ConfigError, RmqError CONFIG when the file can't be read
 */
export function loadConfig(args: Arguments, serveFolder: string): LoadedConfig {
  const dataFolder = dataFolderOf(process.env);
  const written = args.configFile === undefined ? [] : parseProperties(readConfigFile(args.configFile));
  const { known, ignored } = withoutUnknownPaths(movedEntries(written, dataFolder));
  const sources = {
    facts: hostFacts(dataFolder ?? (args.serve ? serveFolder : homedir())),
    entries: known,
    fileName: args.configFile,
    rocketmqHome: process.env['ROCKETMQ_HOME'],
    namesrvAddrOption: args.namesrvAddr,
  };
  const read = (namesrvAddr: string | undefined): BrokerConfig => {
    const config = readBrokerConfig({ ...sources, namesrvAddr });
    return { ...config, notes: [...config.notes, ...notesOnIgnoredPaths(ignored, args.configFile, config.values.store.storePathRootDir)] };
  };
  if (!args.serve) return { config: read(process.env['NAMESRV_ADDR']), embedsNameServer: false };
  // In `serve` the environment does not count: whoever followed the tutorial before has NAMESRV_ADDR set.
  const config = read(undefined);
  if (config.values.broker.namesrvAddr !== undefined) return { config, embedsNameServer: false };
  return { config: read(`127.0.0.1:${args.namesrvPort}`), embedsNameServer: true };
}

function hostFacts(homeFolder: string): HostFacts {
  return {
    hostName: hostname(),
    localAddress: localAddress(Object.values(networkInterfaces())),
    homeFolder,
    cpuCount: availableParallelism(),
    memoryBytes: totalmem(),
  };
}
