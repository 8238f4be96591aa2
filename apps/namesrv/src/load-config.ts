import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { RmqError } from '@rocketmq-ts/kernel';
import { type NamesrvConfig, readNamesrvConfig } from '@rocketmq-ts/namesrv';
import { parseProperties } from '@rocketmq-ts/remoting-protocol';

/** Defaults, then the `-c` file. @throws ConfigError, RmqError CONFIG when the file can't be read */
export function loadConfig(file: string | undefined): NamesrvConfig {
  return readNamesrvConfig({
    facts: { homeFolder: homedir() },
    entries: file === undefined ? [] : parseProperties(readText(file)),
    fileName: file === undefined ? undefined : resolve(file),
    rocketmqHome: process.env['ROCKETMQ_HOME'],
  });
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const reason = code === 'ENOENT' ? 'there is no such file' : String(code);
    throw new RmqError('CONFIG', `can't read the configuration file ${file}: ${reason}`, { cause: error });
  }
}
