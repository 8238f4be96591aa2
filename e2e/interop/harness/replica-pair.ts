/**
 * A master and a slave as processes, each Java's or ours, beside a name server of either kind: both brokers register
 * with both, so a slave may learn its master from either.
 */
import { readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { makeTempFolder } from '@rocketmq-ts/testkit';
import type { ChildProgram, TempFolder } from '@rocketmq-ts/testkit';
import { Code, sendMessage } from './broker-questions.ts';
import { LogFiles } from './log-files.ts';
import { brokerPort, startBroker, startNamesrv } from './start-servers.ts';
import type { Maker, RunningBroker, RunningNamesrv } from './start-servers.ts';
import { until } from './until.ts';
import { WireClient } from './wire.ts';

export type Side = 'master' | 'slave';

export interface PairOptions {
  /** A word that a person finding the folder will understand. */
  readonly purpose: string;
  readonly makers: Readonly<Record<Side, Maker>>;
  readonly config?: Readonly<Record<string, string | number | boolean>>;
  /** Default: one of Java and one of ours. */
  readonly namesrvs?: readonly Maker[];
}

/** Small enough to cross file boundaries in a test. */
export const LOG_FILE_BYTES = 1 << 20;
export const BROKER_NAME = 'pair-a';
/** Known to every broker from its start. */
export const PROBE_TOPIC = 'BenchmarkTest';

/** Either end closes a connection that has been silent for so long. */
export const HOUSEKEEPING_MS = 2_500;

/**
 * With one thread for sends, its default, Java lets the others wait behind one that waits for the slave, and refuses them
 * when that takes 200 ms.
 * Java's slave first reports when more than `haSendHeartbeatInterval` has passed since it connected: a short one makes
 * it known within a second. Java takes no shorter period of registration than 10 s.
 */
const CONFIG = {
  brokerName: BROKER_NAME,
  brokerClusterName: 'PairCluster',
  mappedFileSizeCommitLog: LOG_FILE_BYTES,
  maxMessageSize: 65_536,
  haSendHeartbeatInterval: 200,
  haHousekeepingInterval: HOUSEKEEPING_MS,
  syncFlushTimeout: 1_000,
  registerNameServerPeriod: 10_000,
  sendMessageThreadPoolNums: 8,
  useReentrantLockWhenPutMessage: true,
  waitTimeMillsInSendQueue: 5_000,
};
/** Given to a side that is not what its name says, these change the roles. */
export const ROLES = { master: { brokerRole: 'SYNC_MASTER', brokerId: 0 }, slave: { brokerRole: 'SLAVE', brokerId: 1 } } as const;
const REPLICATING_MS = 40_000;
const ESTABLISHED = '01';

export class ReplicaPair implements AsyncDisposable {
  readonly #options: PairOptions;
  readonly #folder: TempFolder;
  readonly #ports: Record<Side, number>;
  readonly #programs: ChildProgram[] = [];
  readonly #wires = new Map<Side, Promise<WireClient>>();
  readonly #brokers = new Map<Side, RunningBroker>();
  #namesrvs: readonly RunningNamesrv[] = [];

  private constructor(options: PairOptions, ports: Record<Side, number>) {
    this.#options = options;
    this.#ports = ports;
    this.#folder = makeTempFolder(options.purpose);
  }

  /** Name servers only; brokers come with `start`. */
  static async create(options: PairOptions): Promise<ReplicaPair> {
    const pair = new ReplicaPair(options, { master: await brokerPort(), slave: await brokerPort() });
    try {
      for (const maker of options.namesrvs ?? ['java', 'ours']) {
        const namesrv = await startNamesrv(maker, join(pair.home, `namesrv-${maker}`));
        pair.#namesrvs = [...pair.#namesrvs, namesrv];
        pair.#programs.push(namesrv.program);
      }
      return pair;
    } catch (error) {
      await pair[Symbol.asyncDispose]();
      throw error;
    }
  }

  get home(): string {
    return this.#folder.path;
  }

  get namesrvAddr(): string {
    return this.#namesrvs.map((namesrv) => namesrv.address).join(';');
  }

  get namesrvs(): readonly RunningNamesrv[] {
    return this.#namesrvs;
  }

  maker(side: Side): Maker {
    return this.#options.makers[side];
  }

  /** The broker as it was last started. */
  broker(side: Side): RunningBroker {
    const broker = this.#brokers.get(side);
    if (broker === undefined) throw new Error(`the ${side} has not been started`);
    return broker;
  }

  files(side: Side): LogFiles {
    return new LogFiles(join(this.home, side, 'store'), LOG_FILE_BYTES);
  }

  /** Starts a broker on its own store and at the port it had before. Returns when its boot line is out. */
  async start(side: Side, config: Readonly<Record<string, string | number | boolean>> = {}): Promise<RunningBroker> {
    const broker = await startBroker(this.maker(side), {
      namesrvAddr: this.namesrvAddr,
      home: join(this.home, side),
      port: this.#ports[side],
      config: { ...CONFIG, ...ROLES[side], ...this.#options.config, ...config },
    });
    this.#programs.push(broker.program);
    this.#brokers.set(side, broker);
    return broker;
  }

  /** kill -9, and gone when this returns. */
  async kill(side: Side): Promise<void> {
    this.broker(side).program.kill();
    await this.broker(side).program.waitForExit(10_000);
  }

  /** It hangs: connected, and silent. Returns when its last thread has stopped, which takes a JVM a moment. */
  async suspend(side: Side): Promise<void> {
    const { pid } = this.broker(side).program;
    process.kill(pid, 'SIGSTOP');
    await until(`the ${side} hangs`, () => {
      const states = readdirSync(`/proc/${pid}/task`).map((thread) => readFileSync(`/proc/${pid}/task/${thread}/stat`, 'latin1').split(') ').at(-1)?.[0]);
      return states.every((state) => state === 'T') ? true : states.join('');
    }, 5_000);
  }

  goOn(side: Side): void {
    process.kill(this.broker(side).program.pid, 'SIGCONT');
  }

  /** From its next start on it listens elsewhere. */
  async move(side: Side): Promise<void> {
    this.#ports[side] = await brokerPort();
  }

  /** Local ports of the connections to a side's HA port: the same ones later are the same connections. */
  haConnections(side: Side): string[] {
    const haPort = (this.#ports[side] + 1).toString(16).toUpperCase().padStart(4, '0');
    const lines = ['tcp', 'tcp6'].flatMap((table) => readFileSync(`/proc/net/${table}`, 'latin1').split('\n'));
    const columns = lines.map((line) => line.trim().split(/\s+/)).filter(([, , remote, state]) => remote?.endsWith(`:${haPort}`) === true && state === ESTABLISHED);
    return columns.map(([, local = '']) => local.slice(local.indexOf(':') + 1)).sort();
  }

  /** A broker that has been stopped loses all it had. */
  empty(side: Side): void {
    rmSync(join(this.home, side, 'store'), { recursive: true, force: true });
  }

  /** A connection to the running broker, kept until it breaks. */
  async ask(side: Side): Promise<WireClient> {
    const { address } = this.broker(side);
    const known = await this.#wires.get(side)?.catch(() => undefined);
    if (known?.isOpen === true && known.address === address) return known;
    known?.close();
    const connecting = WireClient.connect(address);
    this.#wires.set(side, connecting);
    return await connecting;
  }

  /** Waits until the slave takes part: a send, to a topic that every broker has, is SEND_OK. */
  async replicating(leader: Side = 'master'): Promise<void> {
    const master = await this.ask(leader);
    await until('SEND_OK from a master with its slave', async () => {
      const { code, remark } = await sendMessage(master, PROBE_TOPIC, 'probe');
      return code === Code.SUCCESS ? true : `${code} ${remark}`;
    }, REPLICATING_MS);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const wire of this.#wires.values()) (await wire.catch(() => undefined))?.close();
    for (const program of this.#programs.reverse()) program.kill();
    for (const program of this.#programs) await program.stop();
    this.#folder.remove();
  }
}
