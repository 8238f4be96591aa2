import { execFileSync } from 'node:child_process';
import { cpus, totalmem } from 'node:os';

/** Where a benchmark of this process alone has run. */
export function processFacts(): string {
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  const changed = execFileSync('git', ['status', '--porcelain', '--untracked-files=no', '--', 'packages'], { encoding: 'utf8' }).trim();
  const cores = cpus();
  return `Machine: ${cores.length} × ${cores[0]?.model.trim() ?? 'unknown'}, ${(totalmem() / 2 ** 30).toFixed(0)} GiB, ${process.platform}, Node ${process.version}. rocketmq-ts at commit ${commit}${changed === '' ? '' : ' with uncommitted changes'}.`;
}
