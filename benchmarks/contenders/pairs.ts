// A master and its slave on one machine, of one implementation, fresh for each run.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { makeTempFolder } from '@rocketmq-ts/testkit';
import { BrokerProbe } from './broker-probe.ts';
import { firstAcceptedSend } from './first-send.ts';
import { type ConfigEntries, freeBrokerPort, freeNamesrvPort, HEAP, type Installation, java, rocketmqTs, stopAll, TUNING } from './installations.ts';

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

export interface RunningMaster {
  readonly pid: number;
  readonly port: number;
  readonly probe: BrokerProbe;
  readonly logFolder: string;
  /** Starts the slave; resolves at once. */
  startSlave(): Promise<RunningSlave>;
  /** Ends all and removes the stores. */
  stop(): Promise<void>;
}

export interface RunningSlave {
  readonly pid: number;
  readonly port: number;
  readonly probe: BrokerProbe;
  /** Ends it and removes its store; the master goes on. */
  stop(): Promise<void>;
}

/** A Java slave says for the first time where it is when it has been connected for five seconds. */
const FOLLOWING_TIMEOUT_MS = 60_000;

/** A name server and a master that takes sends; the slave comes later. */
export async function startMaster({ installation, config }: PairContender, brokerRole: 'ASYNC_MASTER' | 'SYNC_MASTER'): Promise<RunningMaster> {
  const folder = makeTempFolder('bench-pair');
  const namesrvPort = await freeNamesrvPort();
  const namesrvAddr = `127.0.0.1:${namesrvPort}`;
  const programs = [await installation.startNamesrv(join(folder.path, 'namesrv'), namesrvPort)];
  const probes: BrokerProbe[] = [];
  const member = async (name: string, entries: ConfigEntries) => {
    const port = await freeBrokerPort();
    const program = installation.startBroker({ home: join(folder.path, name), port, namesrvAddr, config: { ...config, ...entries } });
    const probe = new BrokerProbe(port);
    programs.push(program);
    probes.push(probe);
    const stopMember = async (): Promise<void> => {
      await program.stop();
      rmSync(join(folder.path, name), { recursive: true });
    };
    return { pid: program.pid, port, probe, stop: stopMember };
  };
  const stop = async (): Promise<void> => {
    await Promise.all(probes.map((probe) => probe.close()));
    await stopAll(programs);
    folder.remove();
  };
  try {
    const { stop: _, ...master } = await member('master', { brokerRole, brokerId: 0 });
    await isUp(master.probe);
    return {
      ...master,
      logFolder: join(folder.path, 'master', 'store', 'commitlog'),
      startSlave: () => member('slave', { brokerRole: 'SLAVE', brokerId: 1 }),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Both are up, the slave has everything, and a send is answered SEND_OK in the mode asked for. */
export async function startPair(contender: PairContender, brokerRole: 'ASYNC_MASTER' | 'SYNC_MASTER'): Promise<RunningMaster & { readonly slave: RunningSlave }> {
  const master = await startMaster(contender, brokerRole);
  try {
    const slave = await master.startSlave();
    await isUp(slave.probe);
    await firstAcceptedSend(master.port);
    await slave.probe.logReaches(await master.probe.logEnd(), FOLLOWING_TIMEOUT_MS);
    await firstAcceptedSend(master.port);
    return { ...master, slave };
  } catch (error) {
    await master.stop();
    throw error;
  }
}

async function isUp(probe: BrokerProbe): Promise<void> {
  await probe.logReaches(0, 30_000);
}
