// Several brokers in one process, each in a worker thread: the program of mqbroker, unchanged. An experiment for the benchmark
// beside it, no way to run brokers: signals do not reach the threads, so their stores are not closed in order.
//
//   node thread-host.mjs PROGRAM HOME…     where HOME/server.properties is a broker's configuration
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';

const [program, ...homes] = process.argv.slice(2);
for (const home of homes) {
  const env = { ...process.env, HOME: home, ROCKETMQ_HOME: home, ROCKETMQ_LOGS: join(home, 'logs') };
  const worker = new Worker(program, { argv: ['-c', join(home, 'server.properties')], env });
  worker.on('error', (error) => {
    process.stderr.write(`${error.stack}\n`);
    process.exit(1);
  });
  worker.on('exit', (code) => process.exit(code));
}
