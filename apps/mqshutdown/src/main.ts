// mqshutdown broker|namesrv: asks every broker or name server of this installation to stop, by process id.
import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { processesOf } from '@rocketmq-ts/launcher';

const programs: ReadonlyMap<string, string> = new Map([
  ['broker', '../../broker/dist/main.js'],
  ['namesrv', '../../namesrv/dist/main.js'],
]);

function main(argv: readonly string[]): number {
  const [target, ...rest] = argv;
  if (target === '-h' || target === '--help') {
    console.log('Usage: mqshutdown broker | namesrv\n\nAsks every broker or name server that was started from this folder to stop (SIGTERM).');
    return 0;
  }
  const program = programs.get(target ?? '');
  if (program === undefined || rest.length > 0) {
    console.error('Usage: mqshutdown broker | namesrv');
    return 2;
  }
  const pids = processesOf(realpathSync(fileURLToPath(new URL(program, import.meta.url))));
  if (pids.length === 0) {
    console.log(`No mq${target} running.`);
    return 1;
  }
  console.log(`The mq${target}(${pids.join(' ')}) is running...`);
  let failed = 0;
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGTERM');
    } catch (error) {
      failed++;
      console.error(`Could not signal process ${pid}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  if (failed > 0) return 1;
  console.log(`Send shutdown request to mq${target}(${pids.join(' ')}) OK`);
  return 0;
}

process.exitCode = main(process.argv.slice(2));
