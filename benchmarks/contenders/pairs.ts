// A master and its slaves on one machine, of one implementation, fresh for each run.
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type ChildProgram, makeTempFolder } from '@rocketmq-ts/testkit';
import { BrokerProbe } from './broker-probe.ts';
import { type DelayProxy, startDelayProxy } from './delay-proxy.ts';
import { firstAcceptedSend } from './first-send.ts';
import { type ConfigEntries, freeBrokerPort, freeNamesrvPort, freeProxyPort, HEAP, type Installation, java, java533, rocketmqTs, TUNING } from './installations.ts';

export interface PairContender {
  readonly name: string;
  readonly description: string;
  readonly installation: Installation;
  readonly config: ConfigEntries;
}

export const oursPair: PairContender = { name: 'rocketmq-ts', description: 'defaults', installation: rocketmqTs, config: {} };
export const javaPair: PairContender = { name: 'Java 4.6.0', description: `defaults, -Xmx${HEAP} each`, installation: java, config: {} };
export const javaTunedPair: PairContender = {
  name: 'Java 4.6.0 tuned',
  description: `sendMessageThreadPoolNums=32, useReentrantLockWhenPutMessage=true, -Xmx${HEAP} each`,
  installation: java,
  config: TUNING,
};
/** With the defaults of 5.x (inSyncReplicas=1, the master counted) a SYNC_MASTER waits for no slave at all. */
export const java533Pair: PairContender = {
  name: 'Java 5.3.3',
  description: `defaults but totalReplicas=2, inSyncReplicas=2, without which its SYNC_MASTER waits for no slave; no controller, no proxy; -Xmx${HEAP} each`,
  installation: java533,
  config: { totalReplicas: 2, inSyncReplicas: 2 },
};
export const java533DefaultPair: PairContender = {
  name: 'Java 5.3.3 as it comes',
  description: `defaults (inSyncReplicas=1: its SYNC_MASTER waits for no slave); no controller, no proxy; -Xmx${HEAP} each`,
  installation: java533,
  config: {},
};

export type MasterRole = 'ASYNC_MASTER' | 'SYNC_MASTER';

export interface PairOptions {
  /** Default 1. */
  readonly slaves?: number;
  readonly masterConfig?: ConfigEntries;
  readonly slaveConfig?: ConfigEntries;
  /** For each direction of each HA connection, ms; 0 (default) is without a proxy. */
  readonly haDelayMs?: number;
  /** No further process is started after it, and waiting ends. */
  readonly signal?: AbortSignal;
}

export interface RunningMaster {
  readonly pid: number;
  readonly port: number;
  readonly probe: BrokerProbe;
  readonly logFolder: string;
  /** Starts the next slave; resolves at once. */
  startSlave(): Promise<RunningSlave>;
  /** Ends all and removes the stores. */
  stop(): Promise<void>;
}

export interface RunningSlave {
  readonly pid: number;
  readonly port: number;
  readonly probe: BrokerProbe;
  /** Why it cannot do its work any more; undefined while it can. */
  lost(): string | undefined;
  /** What it has said last, for messages. */
  lastWords(): string;
  /** Ends it and removes its store; the master goes on. */
  stop(): Promise<void>;
}

const UP_TIMEOUT_MS = 30_000;
/** A Java slave says for the first time where it is when it has been connected for five seconds. */
const FOLLOWING_TIMEOUT_MS = 60_000;

/** A name server and a master that takes sends; the slaves come later. */
export async function startMaster({ installation, config }: PairContender, brokerRole: MasterRole, options: PairOptions = {}): Promise<RunningMaster> {
  const { masterConfig, slaveConfig, haDelayMs = 0, signal } = options;
  const folder = makeTempFolder('bench-pair');
  const namesrvPort = await freeNamesrvPort();
  const namesrvAddr = `127.0.0.1:${namesrvPort}`;
  const programs: ChildProgram[] = [];
  const probes: BrokerProbe[] = [];
  const proxies: DelayProxy[] = [];
  let slaves = 0;

  const member = async (name: string, entries: ConfigEntries): Promise<RunningSlave> => {
    const home = join(folder.path, name);
    const port = await freeBrokerPort();
    signal?.throwIfAborted();
    // Java 5.x listens for slaves at 10912 unless it is told otherwise; the others always at listenPort + 1.
    const program = installation.startBroker({ home, port, namesrvAddr, config: { haListenPort: port + 1, ...config, ...entries } });
    const probe = new BrokerProbe(port);
    programs.push(program);
    probes.push(probe);
    const lastWords = (): string => `${name} said: ${program.tail(5).trim()}${lastLogLines(home)}`;
    const lost = (): string | undefined => {
      if (signal?.aborted === true) return String(signal.reason);
      return program.exitCode === undefined ? undefined : `${name} ended with ${program.exitCode}; ${lastWords()}`;
    };
    const stop = async (): Promise<void> => {
      await end(program);
      rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    };
    return { pid: program.pid, port, probe, lost, lastWords, stop };
  };
  const stop = async (): Promise<void> => {
    try {
      await Promise.all([...probes.map((probe) => probe.close()), ...proxies.map((proxy) => proxy.stop())]);
    } finally {
      await Promise.allSettled(programs.map(end));
      folder.remove();
    }
  };
  try {
    signal?.throwIfAborted();
    programs.push(await installation.startNamesrv(join(folder.path, 'namesrv'), namesrvPort));
    const master = await member('master', { brokerRole, brokerId: 0, ...masterConfig });
    await isUp(master);
    const startSlave = async (): Promise<RunningSlave> => {
      const through: { haMasterAddress?: string } = {};
      if (haDelayMs > 0) {
        const proxy = await startDelayProxy({ delayMs: haDelayMs, target: { host: '127.0.0.1', port: master.port + 1 }, port: await freeProxyPort() });
        proxies.push(proxy);
        through.haMasterAddress = proxy.address;
      }
      slaves++;
      return await member(slaves === 1 ? 'slave' : `slave ${slaves}`, { brokerRole: 'SLAVE', brokerId: slaves, ...through, ...slaveConfig });
    };
    const { pid, port, probe } = master;
    return { pid, port, probe, logFolder: join(folder.path, 'master', 'store', 'commitlog'), startSlave, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

export interface RunningPair extends RunningMaster {
  /** The first of them. */
  readonly slave: RunningSlave;
  readonly slaves: readonly RunningSlave[];
}

/** All are up, each slave has everything, and a send is answered SEND_OK in the mode asked for. */
export async function startPair(contender: PairContender, brokerRole: MasterRole, options: PairOptions = {}): Promise<RunningPair> {
  const master = await startMaster(contender, brokerRole, options);
  try {
    const slaves: RunningSlave[] = [];
    while (slaves.length < (options.slaves ?? 1)) slaves.push(await master.startSlave());
    const anyLost = (): string | undefined => slaves.map((one) => one.lost()).find((reason) => reason !== undefined);
    for (const slave of slaves) await isUp(slave);
    await joined(slaves, firstAcceptedSend(master.port, { giveUp: anyLost, limitMs: FOLLOWING_TIMEOUT_MS }));
    const end = await master.probe.logEnd();
    for (const slave of slaves) await joined([slave], slave.probe.logReaches(end, FOLLOWING_TIMEOUT_MS, slave.lost));
    await firstAcceptedSend(master.port, { giveUp: anyLost });
    return { ...master, slave: slaves[0] as RunningSlave, slaves };
  } catch (error) {
    await master.stop();
    throw error;
  }
}

/** What waits for slaves fails with what they have to say. */
async function joined(slaves: readonly RunningSlave[], waiting: Promise<void>): Promise<void> {
  try {
    await waiting;
  } catch (error) {
    throw new Error(`no slave has joined: ${(error as Error).message}\n${slaves.map((slave) => slave.lastWords()).join('\n')}`, { cause: error });
  }
}

async function isUp(broker: RunningSlave): Promise<void> {
  await broker.probe.logReaches(0, UP_TIMEOUT_MS, broker.lost);
}

/** Its store is thrown away: it need not leave in order. */
async function end(program: ChildProgram): Promise<void> {
  program.kill();
  await program.waitForExit(20_000);
}

/** Where Java 4.6.0, and where Java 5.3.3 and ours write. */
const LOGS = ['logs/broker.log', 'logs/rocketmqlogs/broker.log'];

function lastLogLines(home: string): string {
  const log = LOGS.map((name) => join(home, name)).find((file) => existsSync(file));
  return log === undefined ? '' : `; its log ends: ${readFileSync(log, 'utf8').trim().split('\n').slice(-5).join('\n')}`;
}
