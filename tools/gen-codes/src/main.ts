/**
 * Writes packages/remoting-protocol/src/codes/*.ts from the 4.6.0 jars.
 *
 * Usage: tsx src/main.ts [FOLDER_WITH_JARS]
 * Without a folder the jars are looked up in Maven's local repository, and fetched by Maven when they are not there.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { enumNames, enumNumbers, intConstants } from './javap.ts';
import { codeTable, nameList } from './write-tables.ts';

const VERSION = '4.6.0';
const TARGET = join(import.meta.dirname, '../../../packages/remoting-protocol/src/codes');

function jarPath(artifact: string, folder: string | undefined): string {
  const file = `${artifact}-${VERSION}.jar`;
  if (folder !== undefined) {
    const given = join(folder, file);
    if (!existsSync(given)) throw new Error(`no ${file} in ${folder}`);
    return given;
  }
  const local = join(homedir(), '.m2/repository/org/apache/rocketmq', artifact, VERSION, file);
  if (!existsSync(local)) {
    execFileSync('mvn', ['-q', 'dependency:get', `-Dartifact=org.apache.rocketmq:${artifact}:${VERSION}`], { stdio: 'inherit' });
  }
  return local;
}

const folder = process.argv[2];
const common = jarPath('rocketmq-common', folder);
const classPath = [common, jarPath('rocketmq-remoting', folder)].join(':');
const pkg = 'org.apache.rocketmq';

mkdirSync(TARGET, { recursive: true });
const files: Record<string, string> = {
  'request-code.ts': codeTable({
    typeName: 'RequestCode',
    functionName: 'requestCodeName',
    purpose: 'Every request code of 4.6.0, the unhandled ones included.',
    source: 'common/protocol/RequestCode.java',
    constants: intConstants(classPath, `${pkg}.common.protocol.RequestCode`),
  }),
  'response-code.ts': codeTable({
    typeName: 'ResponseCode',
    functionName: 'responseCodeName',
    purpose: 'Every response code of 4.6.0.',
    source: 'remoting/protocol/RemotingSysResponseCode.java, common/protocol/ResponseCode.java',
    constants: [
      ...intConstants(classPath, `${pkg}.remoting.protocol.RemotingSysResponseCode`),
      ...intConstants(classPath, `${pkg}.common.protocol.ResponseCode`),
    ],
  }),
  'language-code.ts': codeTable({
    typeName: 'LanguageCode',
    functionName: 'languageName',
    purpose: 'What a peer says it is written in.',
    source: 'remoting/protocol/LanguageCode.java',
    constants: enumNumbers(classPath, `${pkg}.remoting.protocol.LanguageCode`),
  }),
  'version-names.ts': nameList({
    constName: 'MQ_VERSION_NAMES',
    purpose: "Names of MQVersion's members; the index is the number sent in a header.",
    source: 'common/MQVersion.java',
    names: enumNames(classPath, `${pkg}.common.MQVersion$Version`),
  }),
};
for (const [name, text] of Object.entries(files)) {
  writeFileSync(join(TARGET, name), text);
  process.stdout.write(`${join(TARGET, name)}\n`);
}
