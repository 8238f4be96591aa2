import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { dataFolderOf, readConfigFile } from '@rocketmq-ts/launcher';
import { type NamesrvConfig, readNamesrvConfig } from '@rocketmq-ts/namesrv';
import { parseProperties } from '@rocketmq-ts/remoting-protocol';

/** Defaults, then the `-c` file. @throws ConfigError, RmqError CONFIG when the file can't be read */
export function loadConfig(file: string | undefined): NamesrvConfig {
  return readNamesrvConfig({
    facts: { homeFolder: dataFolderOf(process.env) ?? homedir() },
    entries: file === undefined ? [] : parseProperties(readConfigFile(file)),
    fileName: file === undefined ? undefined : resolve(file),
    rocketmqHome: process.env['ROCKETMQ_HOME'],
  });
}
