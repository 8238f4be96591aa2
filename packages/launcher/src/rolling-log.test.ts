import { mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeTempFolder, type TempFolder } from '@rocketmq-ts/testkit';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { openRollingLog } from './rolling-log.ts';

let folder: TempFolder;
beforeEach(() => {
  folder = makeTempFolder('rolling-log');
});
afterEach(() => folder.remove());

const open = () => openRollingLog({ folder: join(folder.path, 'logs'), program: 'broker' });

it('has every line in the file, in order, when the call returns', async () => {
  const { log, path } = await open();
  log.info('first');
  await Promise.resolve();
  log.warn('second', { port: 1 });
  expect(readFileSync(path, 'utf8')).toMatch(/^\S+ \S+ INFO first\n\S+ \S+ WARN second port=1\n$/);
});

it('goes on in the same file after a restart', async () => {
  (await open()).log.info('before');
  const { log, path } = await open();
  log.info('after');
  expect(readFileSync(path, 'utf8').split('\n').map((line) => line.split(' ').at(-1))).toEqual(['before', 'after', '']);
});

it("keeps a log of Java's broker that stands in the place of the link", async () => {
  const logs = join(folder.path, 'logs');
  mkdirSync(logs);
  writeFileSync(join(logs, 'broker.log'), 'of Java');
  const { path } = await open();
  expect(readlinkSync(path)).toBe('broker.1.log');
  expect(readFileSync(`${path}.old`, 'utf8')).toBe('of Java');
});

it('begins a new file after 64 MiB, and the link follows', async () => {
  const { log, path } = await open();
  const line = 'x'.repeat(512 * 1024);
  for (let lines = 0; lines <= 128; lines++) log.info(line);
  await vi.waitFor(() => expect(readlinkSync(path)).toBe('broker.2.log'), { timeout: 10_000 });
  log.info('on the new page');
  expect(readFileSync(path, 'utf8')).toContain('on the new page');
  expect(readdirSync(join(folder.path, 'logs')).sort()).toEqual(['broker.1.log', 'broker.2.log', 'broker.log']);
});

it('fails with the reason of the system when there can be no folder', async () => {
  writeFileSync(join(folder.path, 'logs'), 'a file');
  await expect(open()).rejects.toMatchObject({ code: 'EEXIST' });
});
