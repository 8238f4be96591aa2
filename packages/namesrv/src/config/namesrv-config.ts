import { type ConfigEntry, configTexts, type ConfigReading, readConfig, readingNotes } from '@rocketmq-ts/kernel';

import type { NamesrvOptions } from '../namesrv.ts';
import { type HostFacts, type NamesrvKeyTables, namesrvKeyTables } from './namesrv-keys.ts';

export interface NamesrvConfigSources {
  readonly facts: HostFacts;
  /** The entries of the file, in order; none when there is no file. */
  readonly entries: readonly ConfigEntry[];
  /** Its name as the operator wrote it; undefined: no file was given. */
  readonly fileName: string | undefined;
  /** Environment variable ROCKETMQ_HOME. The file comes first. */
  readonly rocketmqHome?: string | undefined;
}

export interface NamesrvConfig {
  readonly facts: HostFacts;
  /** By Java class, as they are in force. */
  readonly values: ConfigReading<NamesrvKeyTables>['values'];
  /** What the operator should know, one sentence each; to be logged once. */
  readonly notes: readonly string[];
}

/**
 * Reads a name server's configuration. Changes made over the wire go back into the file it came from.
 * Source: namesrv/NamesrvStartup.java createNamesrvController (4.6.0)
 * @throws ConfigError naming file and line; the start ends there
 */
export function readNamesrvConfig({ facts, entries, fileName, rocketmqHome }: NamesrvConfigSources): NamesrvConfig {
  const reading = readConfig(namesrvKeyTables(facts), entries, fileName ?? 'configuration');
  const { namesrv, server, own } = reading.values;
  const configStorePath = fileName ?? namesrv.configStorePath;
  const notes = readingNotes(reading);
  const line = reading.lineOfKey.get('configStorePath');
  if (line !== undefined && namesrv.configStorePath !== configStorePath) {
    notes.push(`${reading.fileName}:${line}: configStorePath is this file itself`);
  }
  const values = { namesrv: { ...namesrv, rocketmqHome: namesrv.rocketmqHome ?? rocketmqHome, configStorePath }, server, own };
  return { facts, values, notes };
}

/** The configuration as the name server is told it. */
export function namesrvOptionsOf(config: NamesrvConfig): NamesrvOptions {
  const { namesrv, server } = config.values;
  const properties = new Map<string, string>();
  for (const { key, value, text } of configTexts(namesrvKeyTables(config.facts), config.values)) {
    if (value !== undefined) properties.set(key, text);
  }
  return {
    listenPort: server.listenPort,
    serverChannelMaxIdleTimeSeconds: server.serverChannelMaxIdleTimeSeconds,
    kvConfigPath: namesrv.kvConfigPath,
    configStorePath: namesrv.configStorePath,
    properties,
  };
}

/** `key=value` lines as `mqnamesrv -p` shows them. Source: common/MixAll.java printObjectProperties (4.6.0) */
export function namesrvConfigText(config: NamesrvConfig): string {
  let lines = '';
  for (const { key, text } of configTexts(namesrvKeyTables(config.facts), config.values)) lines += `${key}=${text}\n`;
  return lines;
}
