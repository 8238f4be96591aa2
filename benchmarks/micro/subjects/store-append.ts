import assert from 'node:assert/strict';
import { closeSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { encodeBatchBody, recordSize } from '@rocketmq-ts/remoting-protocol';
import { TAGGED_PROPERTIES } from '../message.ts';
import { appendBatchTurn, appendTurn, envWithoutWrites, messageOf, type OpenedStore, openBenchmarkStore, realEnv } from '../stores.ts';
import type { Subject } from '../subject.ts';

const PLAIN_WRITE = 'plain sequential write of as many bytes';

export async function open(): Promise<readonly Subject[]> {
  return [await subjectOf(128, 500, { id: 'P12', atLeast: 700_000, perSecond: true }), await subjectOf(65_536, 16, { id: 'P12', atLeast: 0.8, timesAsFastAs: PLAIN_WRITE })];
}

async function subjectOf(bodyBytes: number, perTurn: number, goal: NonNullable<Subject['goal']>): Promise<Subject> {
  const real = await openBenchmarkStore(realEnv());
  const weightless = await openBenchmarkStore(envWithoutWrites());
  const message = messageOf(bodyBytes, TAGGED_PROPERTIES);
  const batch = { ...message, body: encodeBatchBody(Array.from({ length: perTurn }, () => ({ flag: 0, body: message.body as Buffer, properties: new Map([['TAGS', 'TagA']]) }))), properties: Buffer.alloc(0) };
  const size = recordSize(0, bodyBytes, message.topic.length, message.properties.length);
  const plain = new PlainFile(real.folder, size * perTurn);
  return {
    id: `store-append-${bodyBytes}`,
    title: `Store append: ${bodyBytes} B of body, ${perTurn} messages a turn of the event loop (with queues, index, guards of the tail)`,
    unit: 'message',
    unitsPerRun: perTurn,
    bytesPerUnit: size,
    secondsMax: 0.08,
    contestants: [
      { name: 'append, on disk', runThen: (done) => appendTurn(real.store, message, perTurn, done) },
      { name: 'append, disk without writes', runThen: (done) => appendTurn(weightless.store, message, perTurn, done) },
      ...(bodyBytes < 4096 ? [{ name: 'appendBatch, on disk', runThen: (done: () => void) => appendBatchTurn(real.store, batch, done) }] : []),
      { name: PLAIN_WRITE, run: () => plain.write() },
    ],
    goal,
    check: () => checkStore(real, bodyBytes, perTurn),
    async close() {
      plain.close();
      await real.close();
      await weightless.close();
    },
  };
}

/** Every message of a turn can be read from the log's file, with its body. */
async function checkStore(real: OpenedStore, bodyBytes: number, perTurn: number): Promise<void> {
  const message = messageOf(bodyBytes, TAGGED_PROPERTIES);
  await new Promise<void>((resolve) => appendTurn(real.store, message, perTurn, resolve));
  assert.equal(real.store.queues.maxQueueOffset(message.topic, 0), perTurn);
  const file = readFileSync(join(real.folder, 'commitlog', '00000000000000000000')).subarray(0, real.store.admin.maxPhysicalOffset);
  let found = 0;
  for (let at = 0; at < file.length; at += file.readInt32BE(at)) {
    const bodyAt = at + 88;
    assert.deepEqual(file.subarray(bodyAt, bodyAt + bodyBytes), message.body);
    found++;
  }
  assert.equal(found, perTurn);
}

const FILE_BYTES = 2 ** 30;

/** Files of a log's size, made as the log's are, written block by block from the same memory. */
class PlainFile {
  readonly #block: Buffer;
  readonly #path: string;
  #file: number;
  #at = 0;

  constructor(folder: string, blockBytes: number) {
    this.#block = Buffer.alloc(blockBytes, 'plain');
    this.#path = join(folder, 'plain');
    this.#file = this.#begin();
  }

  write(): number {
    if (this.#at + this.#block.length > FILE_BYTES) {
      closeSync(this.#file);
      this.#file = this.#begin();
    }
    this.#at += writeSync(this.#file, this.#block, 0, this.#block.length, this.#at);
    return this.#at;
  }

  close(): void {
    closeSync(this.#file);
  }

  #begin(): number {
    const file = openSync(this.#path, 'w');
    ftruncateSync(file, FILE_BYTES);
    this.#at = 0;
    return file;
  }
}
