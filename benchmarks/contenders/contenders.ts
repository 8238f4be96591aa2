// The brokers that are compared. Each is started fresh for each run, on its own store, and ended by its own id.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ChildProgram, makeTempFolder } from '@rocketmq-ts/testkit';
import { firstAcceptedSend } from './first-send.ts';
import { NATS_VERSION, startNats } from './nats/nats-server.ts';
import { type ConfigEntries, freeBrokerPort, freeNamesrvPort, HEAP, type Installation, java, rocketmqTs, stopAll, TUNING } from './installations.ts';

const HOST = '127.0.0.1';

export interface RunningBroker {
  /** Default rocketmq. */
  readonly protocol?: 'rocketmq' | 'nats';
  readonly host: string;
  readonly pid: number;
  readonly port: number;
  readonly namesrvAddr: string;
  /** From the start of the process to its first accepted send, ms. */
  readonly firstSendMs: number;
  /** Ends it and removes its store. */
  stop(): Promise<void>;
}

export interface Contender {
  readonly name: string;
  /** Shown in the report: what this is and how it was set. */
  readonly description: string;
  start(config: ConfigEntries): Promise<RunningBroker>;
}

export const javaDefault: Contender = { name: 'Java 4.6.0', description: `defaults, -Xmx${HEAP}`, start: (config) => startAlone(java, config) };

export const javaTuned: Contender = {
  name: 'Java 4.6.0 tuned',
  description: `sendMessageThreadPoolNums=32, useReentrantLockWhenPutMessage=true, -Xmx${HEAP}`,
  start: (config) => startAlone(java, { ...TUNING, ...config }),
};

/** With defaults. */
export function contenderOf(name: string, installation: Installation): Contender {
  return { name, description: 'defaults', start: (config) => startAlone(installation, config) };
}

export const ours: Contender = contenderOf('rocketmq-ts', rocketmqTs);

export const bareLoop: Contender = {
  name: 'bare Node loop',
  description: 'JSON.parse, one write per turn, answer; no queues, no index: a ceiling, not a broker',
  async start() {
    const folder = makeTempFolder('bench-bare');
    const port = await freeNamesrvPort();
    const startedAt = performance.now();
    const script = fileURLToPath(new URL('bare-loop.ts', import.meta.url));
    const program = new ChildProgram({ name: 'bare-loop', command: process.execPath, args: ['--import', 'tsx', script, String(port), join(folder.path, 'log')] });
    const stop = (): Promise<void> => stopAndRemove([program], folder.remove);
    try {
      await program.waitForOutput(/listening/, 20_000);
    } catch (error) {
      await stop();
      throw error;
    }
    return { host: HOST, pid: program.pid, port, namesrvAddr: '', firstSendMs: performance.now() - startedAt, stop };
  },
};

export const nats: Contender = {
  name: 'NATS JetStream',
  description: `nats-server ${NATS_VERSION}, one stream on file storage, one copy, defaults (it syncs every two minutes)`,
  start: () => startNatsAlone(),
};

/** For comparison with SYNC_FLUSH. */
export const natsSync: Contender = {
  name: 'NATS JetStream synced',
  description: `nats-server ${NATS_VERSION}, the same with sync_interval: always`,
  start: () => startNatsAlone('always'),
};

async function startNatsAlone(syncInterval?: string): Promise<RunningBroker> {
  const { readyMs, ...server } = await startNats(syncInterval);
  return { ...server, protocol: 'nats', host: HOST, namesrvAddr: '', firstSendMs: readyMs };
}

async function startAlone(installation: Installation, config: ConfigEntries): Promise<RunningBroker> {
  const folder = makeTempFolder('bench-broker');
  const programs: ChildProgram[] = [];
  const stop = (): Promise<void> => stopAndRemove(programs, folder.remove);
  try {
    const namesrvPort = await freeNamesrvPort();
    const namesrvAddr = `${HOST}:${namesrvPort}`;
    programs.push(await installation.startNamesrv(join(folder.path, 'namesrv'), namesrvPort));
    const port = await freeBrokerPort();
    const startedAt = performance.now();
    const broker = installation.startBroker({ home: join(folder.path, 'broker'), port, namesrvAddr, config });
    programs.push(broker);
    await firstAcceptedSend(port, { giveUp: () => (broker.exitCode === undefined ? undefined : `the broker ended with ${broker.exitCode}: ${broker.tail()}`) });
    return { host: HOST, pid: broker.pid, port, namesrvAddr, firstSendMs: performance.now() - startedAt, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function stopAndRemove(programs: readonly ChildProgram[], removeStore: () => void): Promise<void> {
  await stopAll(programs);
  removeStore();
}
