// What a reader must know of the machine to weigh the figures.
import { execFileSync, spawnSync } from 'node:child_process';
import { closeSync, fdatasyncSync, openSync, writeSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { makeTempFolder } from '@rocketmq-ts/testkit';
import { median } from '../report/statistics.ts';
import type { MachineFacts, SyncReplicationResults } from './results.ts';

const MIB = 2 ** 20;

export function machineFacts(): MachineFacts {
  const cores = cpus();
  return {
    cores: cores.length,
    cpuModel: cores[0]?.model.trim() ?? 'unknown',
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    kernel: `Linux ${release()}`,
    node: process.version,
    java: javaVersion(),
    disk: measureDisk(),
  };
}

/** As it calls itself, for example `openjdk version "17.0.15" 2025-04-15`. */
function javaVersion(): string | undefined {
  const { status, stderr } = spawnSync('java', ['-version'], { encoding: 'utf8' });
  return status === 0 ? stderr.split('\n').find((line) => line.includes('version')) : undefined;
}

/** Of the folder where stores are. */
export function measureDisk(mebibytes: number = 256, syncs: number = 200): MachineFacts['disk'] {
  using folder = makeTempFolder('bench-disk');
  const file = openSync(join(folder.path, 'blocks'), 'w');
  try {
    const block = Buffer.alloc(64 * 1024, 1);
    const startedAt = performance.now();
    for (let at = 0; at < mebibytes * MIB; at += block.length) writeSync(file, block, 0, block.length, at);
    fdatasyncSync(file);
    const sequentialWriteMiBPerSecond = (mebibytes * 1000) / (performance.now() - startedAt);
    const times = Array.from({ length: syncs }, (_, at) => {
      const began = performance.now();
      writeSync(file, block, 0, 4096, at * 4096);
      fdatasyncSync(file);
      return performance.now() - began;
    });
    return { sequentialWriteMiBPerSecond, fdatasyncP50Ms: median(times) };
  } finally {
    closeSync(file);
  }
}

/** `unknown` outside of a git work tree. Reports of earlier runs do not make it dirty. */
export function commitFacts(): SyncReplicationResults['commit'] {
  try {
    const git = (...args: string[]): string => execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
    return { id: git('rev-parse', '--short', 'HEAD'), dirty: git('status', '--porcelain', '--untracked-files=no', '--', '.', ':!benchmarks/reports') !== '' };
  } catch {
    return { id: 'unknown', dirty: false };
  }
}
