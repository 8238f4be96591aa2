import { createNodeEnv } from '@rocketmq-ts/kernel/node';
import { openStore } from '/work/main/packages/store/src/open-store.ts'; import { openMemoryDerived } from '/work/main/packages/store/test/memory-derived.ts'; import type { StoreOptions } from '/work/main/packages/store/src/ports.ts';
import * as os from 'node:os'; import * as fs from 'node:fs'; import * as path from 'node:path';
const root = process.argv[2] ?? fs.mkdtempSync(path.join(os.tmpdir(), 'rmqstore-'));
const env = createNodeEnv({ log: { debug(){}, info: console.log, warn: console.warn, error: console.error } } as any);
export const options: StoreOptions = { storePathRootDir: root, storePathCommitLog: root + '/commitlog', flushDiskType: (process.argv[3] ?? 'ASYNC_FLUSH') as any, brokerRole: 'ASYNC_MASTER', mappedFileSizeCommitLog: 1<<30, mappedFileSizeConsumeQueue: 6000000, maxMessageSize: 4<<20, syncFlushTimeout: 5000, flushIntervalCommitLog: 500, flushCommitLogLeastPages: 4, flushCommitLogThoroughInterval: 10000, flushIntervalConsumeQueue: 1000, checkCRCOnRecover: true, messageIndexEnable: true, maxHashSlotNum: 5000000, maxIndexNum: 20000000, maxMsgsNumBatch: 64, maxTransferBytesOnMessageInMemory: 262144, maxTransferCountOnMessageInMemory: 32, maxTransferBytesOnMessageInDisk: 65536, maxTransferCountOnMessageInDisk: 8, accessMessageInMemoryMaxRatio: 40, offsetCheckInSlave: false, cleanResourceInterval: 10000, deleteCommitLogFilesInterval: 100, deleteWhen: '04', fileReservedTime: 72, diskMaxUsedSpaceRatio: 75, cleanFileForciblyEnable: true, diskSpaceWarningLevelRatio: 0.9, diskSpaceCleanForciblyRatio: 0.85, physicalMemoryBytes: 8e9 };
let arrived = 0;
const t0 = performance.now(); const c0 = process.cpuUsage();
const store = await openStore(env, options, { messageArrived() { arrived++; } });
{ const c = process.cpuUsage(c0); console.log('open cpu ms', c.user/1000, c.system/1000); }
console.log('opened in', performance.now() - t0, 'max', store.admin.maxPhysicalOffset, store.queues.maxQueueOffset('T', 0));
const host = { ip: '127.0.0.1', port: 1234 };
const body = Buffer.alloc(128, 97), properties = Buffer.from('UNIQ_KEY\u0001AAAA\u0002TAGS\u0001TagA\u0002KEYS\u0001k1');
let settled = 0, bad = 0; const waiter = { settle(s: string) { settled++; if (s !== 'PUT_OK') bad++; } };
const TOTAL = Number(process.argv[4] ?? 1_000_000), PER = 200;
let appendMs = 0; let sent = 0;
const t1 = performance.now(); const c1 = process.cpuUsage();
await new Promise<void>((resolve) => {
  const step = () => {
    const a = performance.now();
    for (let i = 0; i < PER && sent < TOTAL; i++, sent++) {
      const r = store.appender.append({ topic: 'T', queueId: sent & 3, flag: 0, sysFlag: 0, body, properties, bornTimestamp: 1, bornHost: host, storeHost: host, reconsumeTimes: 0, preparedTransactionOffset: 0 });
      if (r.status !== 'APPENDED') throw new Error(r.status);
      store.appender.whenDurable(r.endOffset, true, waiter);
    }
    appendMs += performance.now() - a;
    if (sent < TOTAL || settled < TOTAL) setImmediate(step); else resolve();
  };
  step();
});
const ms = performance.now() - t1;
{ const c = process.cpuUsage(c1); console.log('cpu us per msg user', c.user/TOTAL, 'sys', c.system/TOTAL); }
console.log({ total: TOTAL, ms, perSec: TOTAL / ms * 1000, appendOnlyPerSec: TOTAL / appendMs * 1000, settled, bad, arrived, rss: process.memoryUsage().rss / 1e6, admin: [store.admin.maxPhysicalOffset, store.admin.derivedOffset, store.admin.flushedOffset], });
const g = store.queues.getMessage('T', 1, 0, 32, undefined); console.log(g.status, g.records.length, g.bytes);
console.log(store.finder.queryByKey({ topic: 'T', key: 'k1', maxCount: 3, beginWallMs: 0, endWallMs: Number.MAX_SAFE_INTEGER }).records.length);
if (process.argv[5] === 'kill') process.kill(process.pid, 'SIGKILL');
const t2 = performance.now(); await store.stop(); console.log('stopped in', performance.now() - t2, fs.readdirSync(root));
