import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeTempFolder } from '@rocketmq-ts/testkit';
import { expect, it } from 'vitest';
import { readConfigFile } from './config-file.ts';

it('reads the file, or says in words why not', () => {
  using folder = makeTempFolder('config-file');
  const file = join(folder.path, 'broker.conf');
  expect(() => readConfigFile(file)).toThrow(`can't read the configuration file ${file}: there is no such file`);
  expect(() => readConfigFile(folder.path)).toThrow(`can't read the configuration file ${folder.path}: it is a folder`);
  writeFileSync(file, 'brokerName=a');
  expect(readConfigFile(file)).toBe('brokerName=a');
});
