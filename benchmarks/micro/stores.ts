// Stores in this process, opened by the broker's own defaults, for the subjects that append.
import { join } from 'node:path';
import type { Disk, DiskFile, Env } from '@rocketmq-ts/kernel';
import { createNodeEnv } from '@rocketmq-ts/kernel/node';
import { brokerSettingsOf, readBrokerConfig } from '@rocketmq-ts/broker';
import { type MessageStore, type MessageToStore, openStore, type StoreOptions } from '@rocketmq-ts/store';
import { makeTempFolder, type TempFolder } from '@rocketmq-ts/testkit';

export interface OpenedStore {
  readonly store: MessageStore;
  readonly folder: string;
  close(): Promise<void>;
}

const FACTS = { hostName: 'localhost', localAddress: '127.0.0.1', homeFolder: '/nowhere', cpuCount: 2, memoryBytes: 8 * 2 ** 30 };
const NOBODY = { messageArrived(): void {} };

/** @param env the disk of which takes the bytes, or not */
export async function openBenchmarkStore(env: Env, overrides: Partial<StoreOptions> = {}): Promise<OpenedStore> {
  const folder: TempFolder = makeTempFolder('micro');
  try {
    const defaults = brokerSettingsOf(readBrokerConfig({ facts: FACTS, entries: [], fileName: undefined })).store;
    const options: StoreOptions = { ...defaults, storePathRootDir: folder.path, storePathCommitLog: join(folder.path, 'commitlog'), fileReservedTime: 72, ...overrides };
    const store = await openStore(env, options, NOBODY);
    return {
      store,
      folder: folder.path,
      async close() {
        await store.stop();
        folder.remove();
      },
    };
  } catch (error) {
    folder.remove();
    throw error;
  }
}

export function realEnv(): Env {
  return createNodeEnv();
}

/** The same machine with a disk that takes writes in no time: what the store costs by itself. Nothing can be read back. */
export function envWithoutWrites(): Env {
  const env = createNodeEnv();
  const disk: Disk = { ...bound(env.disk), create: (path, sizeBytes) => forgetful(env.disk.create(path, sizeBytes)), open: (path, mode) => forgetful(env.disk.open(path, mode)) };
  return { ...env, disk };
}

function bound(disk: Disk): Disk {
  return new Proxy(disk, { get: (target, key) => bindOf(target, key), ownKeys: (target) => Reflect.ownKeys(target) });
}

function bindOf(target: object, key: string | symbol): unknown {
  const value: unknown = Reflect.get(target, key);
  return typeof value === 'function' ? (value as (...args: unknown[]) => unknown).bind(target) : value;
}

function forgetful(file: DiskFile): DiskFile {
  return new Proxy(file, { get: (target, key) => (key === 'writeAt' ? nothing : key === 'datasync' ? done : bindOf(target, key)) });
}

function nothing(): void {}

function done(): Promise<void> {
  return Promise.resolve();
}

export function messageOf(bodyBytes: number, properties: string): MessageToStore {
  return {
    topic: 'BenchmarkTest',
    queueId: 0,
    flag: 0,
    sysFlag: 0,
    body: Buffer.alloc(bodyBytes, 'body'),
    properties: Buffer.from(properties),
    bornTimestamp: Date.now(),
    bornHost: { ip: '127.0.0.1', port: 54_321 },
    storeHost: { ip: '127.0.0.1', port: 10_911 },
    reconsumeTimes: 0,
    preparedTransactionOffset: 0,
  };
}

/** Appends so many in one turn of the event loop and hears when they are written. */
export function appendTurn(store: MessageStore, message: MessageToStore, count: number, done: () => void): void {
  let endOffset = 0;
  for (let index = 0; index < count; index++) {
    const result = store.appender.append(message);
    if (result.status !== 'APPENDED') throw new Error(`the store refuses: ${result.status} (${store.admin.notWriteableReason ?? 'no reason given'})`);
    endOffset = result.endOffset;
  }
  store.appender.whenDurable(endOffset, true, {
    settle(status) {
      if (status !== 'PUT_OK') throw new Error(`the store answers ${status}`);
      done();
    },
  });
}

/** The same in one batch of `count` messages. */
export function appendBatchTurn(store: MessageStore, batch: MessageToStore, done: () => void): void {
  const result = store.appender.appendBatch(batch);
  if (result.status !== 'APPENDED') throw new Error(`the store refuses: ${result.status}`);
  store.appender.whenDurable(result.endOffset, true, { settle: done });
}
