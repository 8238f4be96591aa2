import { readFileSync } from 'node:fs';
import { RmqError } from '@rocketmq-ts/kernel';

const REASONS: ReadonlyMap<string | undefined, string> = new Map([
  ['ENOENT', 'there is no such file'],
  ['EISDIR', 'it is a folder'],
  ['EACCES', 'this user may not read it'],
]);

/** The text of the file that `-c` names. @throws RmqError CONFIG, with the reason in words */
export function readConfigFile(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new RmqError('CONFIG', `can't read the configuration file ${file}: ${REASONS.get(code) ?? code}`, { cause: error });
  }
}
