import { availableParallelism, homedir, hostname, networkInterfaces, totalmem } from 'node:os';

import { type BrokerConfig, type HostFacts, readBrokerConfig } from '@rocketmq-ts/broker';
import { readConfigFile } from '@rocketmq-ts/launcher';
import { parseProperties } from '@rocketmq-ts/remoting-protocol';

import type { Arguments } from './arguments.ts';
import { localAddress } from './local-address.ts';

export interface LoadedConfig {
  readonly config: BrokerConfig;
  /** Nobody named a name server, so this process is to be one. */
  readonly embedsNameServer: boolean;
}

/** @throws ConfigError, RmqError CONFIG when the file can't be read */
export function loadConfig(args: Arguments, dataFolder: string): LoadedConfig {
  const sources = {
    facts: hostFacts(args.serve ? dataFolder : homedir()),
    entries: args.configFile === undefined ? [] : parseProperties(readConfigFile(args.configFile)),
    fileName: args.configFile,
    rocketmqHome: process.env['ROCKETMQ_HOME'],
    namesrvAddrOption: args.namesrvAddr,
  };
  if (!args.serve) {
    return { config: readBrokerConfig({ ...sources, namesrvAddr: process.env['NAMESRV_ADDR'] }), embedsNameServer: false };
  }
  // In `serve` the environment does not count: whoever followed the tutorial before has NAMESRV_ADDR set.
  const config = readBrokerConfig(sources);
  if (config.values.broker.namesrvAddr !== undefined) return { config, embedsNameServer: false };
  return { config: readBrokerConfig({ ...sources, namesrvAddr: `127.0.0.1:${args.namesrvPort}` }), embedsNameServer: true };
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
