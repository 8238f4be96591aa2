import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { makeTempFolder } from './temp-folder.ts';
import type { TempFolder } from './temp-folder.ts';
import { checkTranscript, formatTranscript, parseTranscript } from './transcript.ts';

let folder: TempFolder;
let file: string;
beforeEach(() => {
  folder = makeTempFolder('transcript');
  file = join(folder.path, 'story.txt');
});
afterEach(() => folder.remove());

const shout = (command: string): string => `${command.toUpperCase()}\n\nend\n`;

it('reads what it wrote, blank lines inside an output included', () => {
  const entries = [
    { command: 'one', output: 'a\n\nb' },
    { command: 'two', output: '' },
  ];
  expect(parseTranscript(formatTranscript(entries))).toEqual(entries);
});

it('passes when every output is as recorded', async () => {
  await checkTranscript(file, shout, { update: true, commands: ['one', 'two'] });
  expect(readFileSync(file, 'utf8')).toBe('> one\nONE\n\nend\n\n> two\nTWO\n\nend\n');
  await checkTranscript(file, shout, { update: false });
});

it('fails on another output and shows both', async () => {
  writeFileSync(file, '> one\nOTHER\n');
  await expect(checkTranscript(file, shout, { update: false })).rejects.toThrow(/--- expected\n> one\nOTHER\n--- actual\n> one\nONE/);
});

it('fails when the file is missing or says nothing', async () => {
  await expect(checkTranscript(file, shout, { update: false, commands: ['one'] })).rejects.toThrow('UPDATE=1');
  await expect(checkTranscript(file, shout, { update: false })).rejects.toThrow('no command');
});
