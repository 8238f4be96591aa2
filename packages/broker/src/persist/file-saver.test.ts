import { silentLog } from '@rocketmq-ts/kernel';
import { expect, it } from 'vitest';

import { FileSaver } from './file-saver.ts';

/** A file whose writes end when the test says so. */
class SlowFile {
  readonly texts: string[] = [];
  readonly #ends: ((error?: Error) => void)[] = [];

  write = (text: string): Promise<void> => {
    this.texts.push(text);
    return new Promise((resolve, reject) => this.#ends.push((error) => (error === undefined ? resolve() : reject(error))));
  };

  async end(error?: Error): Promise<void> {
    this.#ends.shift()?.(error);
    await settled();
  }
}

async function settled(): Promise<void> {
  for (let i = 0; i < 20; i++) await Promise.resolve();
}

function saverOf(file: SlowFile, state: { text: string }): FileSaver {
  return new FileSaver({ name: 'x.json', encode: () => state.text, write: file.write, log: silentLog });
}

it('joins the changes of a turn, and those during a write, into one write each', async () => {
  const file = new SlowFile();
  const state = { text: 'a' };
  const saver = saverOf(file, state);
  saver.request();
  state.text = 'b';
  saver.request();
  await settled();
  expect(file.texts).toEqual(['b']);
  state.text = 'c';
  saver.request();
  state.text = 'd';
  saver.request();
  await file.end();
  expect(file.texts).toEqual(['b', 'd']);
  await file.end();
  expect(file.texts).toHaveLength(2);
});

it('calls back when the state at the time of the question is written, not earlier', async () => {
  const file = new SlowFile();
  const state = { text: 'a' };
  const saver = saverOf(file, state);
  const heard: string[] = [];
  saver.whenSaved(() => heard.push('nothing to write'));
  saver.request();
  saver.whenSaved(() => heard.push('first'));
  await settled();
  saver.request();
  saver.whenSaved(() => heard.push('second'));
  expect(heard).toEqual(['nothing to write']);
  await file.end();
  expect(heard).toEqual(['nothing to write', 'first']);
  await file.end();
  expect(heard).toEqual(['nothing to write', 'first', 'second']);
});

it('tells of a failure, stays dirty, and writes again when asked', async () => {
  const file = new SlowFile();
  const saver = saverOf(file, { text: 'a' });
  const heard: (Error | undefined)[] = [];
  saver.request();
  saver.whenSaved((error) => heard.push(error));
  await settled();
  const failure = new Error('ENOSPC');
  await file.end(failure);
  expect(heard).toEqual([failure]);
  expect(file.texts).toHaveLength(1);
  saver.retry();
  await settled();
  expect(file.texts).toHaveLength(2);
  await file.end();
  saver.retry();
  await settled();
  expect(file.texts).toHaveLength(2);
});
