// How long the disk itself takes to make a small write durable: the least that an answer under SYNC_FLUSH can take.
import { closeSync, fdatasyncSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { makeTempFolder } from '@rocketmq-ts/testkit';
import { median } from '../report/statistics.ts';

const LOG_BYTES = 2 ** 30;
const WRITE_BYTES = 4096;

/** µs, p50 of `times` writes of 4 KiB with fdatasync, one behind the other in a file made as a log file is. */
export function measureDiskSync(times: number = 300): number {
  using folder = makeTempFolder('bench-sync');
  const file = openSync(join(folder.path, 'log'), 'w');
  try {
    ftruncateSync(file, LOG_BYTES);
    const block = Buffer.alloc(WRITE_BYTES, 1);
    const took = Array.from({ length: times }, (_, at) => {
      const startedAt = performance.now();
      writeSync(file, block, 0, WRITE_BYTES, at * WRITE_BYTES);
      fdatasyncSync(file);
      return (performance.now() - startedAt) * 1000;
    });
    return median(took);
  } finally {
    closeSync(file);
  }
}
