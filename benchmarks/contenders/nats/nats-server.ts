// nats-server with JetStream on file storage, built once by Go from the module proxy into the user's cache.
import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ChildProgram, makeTempFolder } from '@rocketmq-ts/testkit';
import { BENCHMARK_SUBJECT } from '../../load/nats-sender.ts';
import { freeNamesrvPort } from '../installations.ts';

export const NATS_VERSION = '2.11.4';
const folder = join(homedir(), '.cache', 'rocketmq-ts', `nats-${NATS_VERSION}`);
const program = join(folder, 'nats-server');
const READY_TIMEOUT_MS = 20_000;

/** Why there is no NATS here; undefined when there is, or when Go can build it. */
export function natsMissing(): string | undefined {
  if (existsSync(program)) return undefined;
  try {
    execFileSync('go', ['version'], { stdio: 'ignore' });
    return undefined;
  } catch {
    return 'Go, which builds nats-server, is not installed';
  }
}

/** Builds it when it is not there yet, which takes about a minute. @throws Error that says what Go says */
export async function installNats(): Promise<void> {
  if (existsSync(program)) return;
  mkdirSync(folder, { recursive: true });
  process.stderr.write(`building nats-server ${NATS_VERSION} … `);
  await promisify(execFile)('go', ['install', `github.com/nats-io/nats-server/v2@v${NATS_VERSION}`], { cwd: homedir(), env: { ...process.env, GOBIN: folder } });
  process.stderr.write('built\n');
}

export interface RunningNats {
  readonly pid: number;
  readonly port: number;
  /** From the start of the process until the stream is there, ms. */
  readonly readyMs: number;
  stop(): Promise<void>;
}

/** @param syncInterval `always`: a message is acknowledged when it is on the disk. Default: the server's, every two minutes. */
export async function startNats(syncInterval?: string): Promise<RunningNats> {
  await installNats();
  const home = makeTempFolder('bench-nats');
  const port = await freeNamesrvPort();
  const config = join(home.path, 'nats.conf');
  const sync = syncInterval === undefined ? '' : `, sync_interval: ${syncInterval}`;
  writeFileSync(config, `listen: 127.0.0.1:${port}\njetstream { store_dir: ${JSON.stringify(join(home.path, 'store'))}${sync} }\n`);
  const startedAt = performance.now();
  const server = new ChildProgram({ name: 'nats-server', command: program, args: ['-c', config] });
  const stop = async (): Promise<void> => {
    await server.stop();
    home.remove();
  };
  try {
    await server.waitForOutput(/Server is ready/, READY_TIMEOUT_MS);
    await createStream(port);
    return { pid: server.pid, port, readyMs: performance.now() - startedAt, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** One stream, file storage, one copy, the defaults otherwise. */
function createStream(port: number): Promise<void> {
  const name = 'BENCHMARK';
  const stream = JSON.stringify({ name, subjects: [BENCHMARK_SUBJECT], storage: 'file', retention: 'limits', discard: 'old', num_replicas: 1, max_consumers: -1, max_msgs: -1, max_bytes: -1, max_age: 0 });
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    let heard = '';
    const finish = (error?: Error): void => {
      socket.destroy();
      if (error === undefined) resolve();
      else reject(error);
    };
    socket.setTimeout(READY_TIMEOUT_MS, () => finish(new Error(`nats-server does not answer: ${heard}`)));
    socket.once('error', finish);
    socket.once('connect', () => {
      socket.write(`CONNECT {"verbose":false}\r\nSUB made 1\r\nPUB $JS.API.STREAM.CREATE.${name} made ${stream.length}\r\n${stream}\r\n`);
    });
    socket.on('data', (chunk) => {
      heard += chunk.toString('latin1');
      if (/"did_create":true/.test(heard)) finish();
      else if (/"error":\{|-ERR/.test(heard)) finish(new Error(`nats-server made no stream: ${heard.slice(heard.indexOf('MSG'))}`));
    });
  });
}
