import { execFileSync } from 'node:child_process';
import { cpus, totalmem } from 'node:os';
import type { MachineFacts } from '../sync-replication/results.ts';

/** What a reader must know to weigh the figures. */
export function describeMachine(): string {
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  const cores = cpus();
  return (
    `Machine: ${cores.length} × ${cores[0]?.model.trim() ?? 'unknown'}, ${(totalmem() / 2 ** 30).toFixed(0)} GiB, Linux, Node ${process.version}; ` +
    `generator and broker share the cores. rocketmq-ts at commit ${commit}; Apache RocketMQ 4.6.0 (tag rocketmq-all-4.6.0) from Maven Central.`
  );
}

/** The same, of a run that has noted it, with its disk. */
export function describeFacts({ cores, cpuModel, memoryGiB, kernel, node, java, disk }: MachineFacts): string {
  const speed = `writes ${disk.sequentialWriteMiBPerSecond.toFixed(0)} MiB/s one after the other, 4 KiB and fdatasync in ${disk.fdatasyncP50Ms.toFixed(2)} ms (p50)`;
  return `${cores} × ${cpuModel}, ${memoryGiB.toFixed(0)} GiB, ${kernel}, Node ${node}, ${java ?? 'no JDK'}; the disk ${speed}.`;
}
