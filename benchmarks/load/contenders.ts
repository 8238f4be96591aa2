// The brokers that are compared. Each is started fresh for each run, on its own store, and ended by its own id.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { firstAcceptedSend } from './first-send.ts';
import { ChildProgram, freePort, javaBrokerConfig, makeTempFolder, propertiesText, startJava, startJavaNamesrv } from '@rocketmq-ts/testkit';

export interface RunningBroker {
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
  start(config: Readonly<Record<string, string | number | boolean>>): Promise<RunningBroker>;
}

const root = fileURLToPath(new URL('../../', import.meta.url));
const PORTS = { from: 23_000, to: 23_900 };
const HEAP = '3g';

const TUNING = { sendMessageThreadPoolNums: 32, useReentrantLockWhenPutMessage: true };

export const javaDefault: Contender = { name: 'Java 4.6.0', description: `defaults, -Xmx${HEAP}`, start: (config) => startJavaPair(config) };

export const javaTuned: Contender = {
  name: 'Java 4.6.0 tuned',
  description: `sendMessageThreadPoolNums=32, useReentrantLockWhenPutMessage=true, -Xmx${HEAP}`,
  start: (config) => startJavaPair({ ...TUNING, ...config }),
};

export const ours: Contender = { name: 'rocketmq-ts', description: 'defaults', start: startOurs };

export const bareLoop: Contender = {
  name: 'bare Node loop',
  description: 'JSON.parse, one write per turn, answer; no queues, no index: a ceiling, not a broker',
  async start() {
    const folder = makeTempFolder('bench-bare');
    const port = await freePort(PORTS);
    const startedAt = performance.now();
    const program = new ChildProgram({ name: 'bare-loop', command: process.execPath, args: ['--import', 'tsx', join(root, 'benchmarks/load/bare-loop.ts'), String(port), join(folder.path, 'log')], cwd: root });
    await program.waitForOutput(/listening/, 20_000);
    return { pid: program.pid, port, namesrvAddr: '', firstSendMs: performance.now() - startedAt, stop: () => stopAll([program], folder.remove) };
  },
};

async function startJavaPair(config: Readonly<Record<string, string | number | boolean>>): Promise<RunningBroker> {
  const folder = makeTempFolder('bench-java');
  const { namesrvPort, port } = await ports();
  const namesrv = await startJavaNamesrv({ home: join(folder.path, 'namesrv'), port: namesrvPort });
  const namesrvAddr = `127.0.0.1:${namesrvPort}`;
  const home = join(folder.path, 'broker');
  const configFile = writeConfig(home, javaBrokerConfig({ home, port, namesrvAddr, config }));
  const startedAt = performance.now();
  const broker = startJava({
    mainClass: 'org.apache.rocketmq.broker.BrokerStartup',
    args: ['-c', configFile],
    home,
    maxHeap: HEAP,
    optimise: true,
    systemProperties: { 'rocketmq.broker.diskSpaceWarningLevelRatio': '0.98' },
  });
  return { pid: broker.pid, port, namesrvAddr, firstSendMs: await sinceStart(startedAt, port), stop: () => stopAll([broker, namesrv], folder.remove) };
}

async function startOurs(config: Readonly<Record<string, string | number | boolean>>): Promise<RunningBroker> {
  const folder = makeTempFolder('bench-ours');
  const { namesrvPort, port } = await ports();
  const namesrvAddr = `127.0.0.1:${namesrvPort}`;
  const env = { HOME: folder.path, ROCKETMQ_HOME: folder.path, NAMESRV_ADDR: undefined };
  const namesrvConfig = writeConfig(join(folder.path, 'namesrv'), { listenPort: namesrvPort });
  const namesrv = new ChildProgram({ name: 'mqnamesrv', command: process.execPath, args: [join(root, 'apps/namesrv/dist/main.js'), '-c', namesrvConfig], env });
  await namesrv.waitForOutput(/boot success/, 20_000);
  const home = join(folder.path, 'broker');
  const brokerConfig = writeConfig(home, javaBrokerConfig({ home, port, namesrvAddr, config }));
  const startedAt = performance.now();
  const broker = new ChildProgram({ name: 'mqbroker', command: 'sh', args: [join(root, 'bin/mqbroker'), '-c', brokerConfig], env });
  return { pid: broker.pid, port, namesrvAddr, firstSendMs: await sinceStart(startedAt, port), stop: () => stopAll([broker, namesrv], folder.remove) };
}

async function sinceStart(startedAt: number, port: number): Promise<number> {
  await firstAcceptedSend(port);
  return performance.now() - startedAt;
}

async function ports(): Promise<{ namesrvPort: number; port: number }> {
  const namesrvPort = await freePort(PORTS);
  return { namesrvPort, port: (await freePort({ ...PORTS, count: 4 })) + 2 };
}

function writeConfig(home: string, entries: Readonly<Record<string, string | number | boolean>>): string {
  mkdirSync(home, { recursive: true });
  const file = join(home, 'server.properties');
  writeFileSync(file, propertiesText(entries));
  return file;
}

async function stopAll(programs: readonly ChildProgram[], removeStore: () => void): Promise<void> {
  for (const program of programs) await program.stop();
  removeStore();
}
