import { cpus, totalmem } from 'node:os';
import { commitFacts } from '../sync-replication/machine-facts.ts';
import type { MachineFacts } from '../sync-replication/results.ts';

/** What a reader must know to weigh figures that brokers gave to a generator beside them. */
export function describeMachine(): string {
  return `Machine: ${host()}; generator and broker share the cores. ${software()}; Apache RocketMQ 4.6.0 (tag rocketmq-all-4.6.0) from Maven Central.`;
}

/** The same where only rocketmq-ts was looked at. */
export function describeOurs(): string {
  return `Machine: ${host()}. ${software()}.`;
}

function host(): string {
  const cores = cpus();
  return `${cores.length} × ${cores[0]?.model.trim() ?? 'unknown'}, ${(totalmem() / 2 ** 30).toFixed(0)} GiB, Linux, Node ${process.version}`;
}

function software(): string {
  const { id, dirty } = commitFacts();
  return `rocketmq-ts at commit ${id}${dirty ? ' with changed files' : ''}`;
}

/** The same, of a run that has noted it, with its disk. */
export function describeFacts({ cores, cpuModel, memoryGiB, kernel, node, java, disk }: MachineFacts): string {
  const speed = `writes ${disk.sequentialWriteMiBPerSecond.toFixed(0)} MiB/s one after the other, 4 KiB and fdatasync in ${disk.fdatasyncP50Ms.toFixed(2)} ms (p50)`;
  return `${cores} × ${cpuModel}, ${memoryGiB.toFixed(0)} GiB, ${kernel}, Node ${node}, ${java ?? 'no JDK'}; the disk ${speed}.`;
}
