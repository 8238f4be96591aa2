import { execFileSync } from 'node:child_process';
import { cpus, totalmem } from 'node:os';

/** What a reader must know to weigh the figures. */
export function describeMachine(): string {
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  const cores = cpus();
  return (
    `Machine: ${cores.length} × ${cores[0]?.model.trim() ?? 'unknown'}, ${(totalmem() / 2 ** 30).toFixed(0)} GiB, Linux, Node ${process.version}; ` +
    `generator and broker share the cores. rocketmq-ts at commit ${commit}; Apache RocketMQ 4.6.0 (tag rocketmq-all-4.6.0) from Maven Central.`
  );
}
