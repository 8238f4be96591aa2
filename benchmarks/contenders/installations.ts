// How the programs of either implementation are started for a benchmark, each in a home folder of its own.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ChildProgram, freePort, javaBrokerConfig, propertiesText, startJava, startJavaNamesrv } from '@rocketmq-ts/testkit';

export type ConfigEntries = Readonly<Record<string, string | number | boolean>>;

export interface BrokerPlace {
  readonly home: string;
  readonly port: number;
  readonly namesrvAddr: string;
  readonly config: ConfigEntries;
}

export interface Installation {
  /** Resolves when it has said that it is up. */
  startNamesrv(home: string, port: number): Promise<ChildProgram>;
  /** Returns at once. */
  startBroker(place: BrokerPlace): ChildProgram;
}

export const HEAP = '3g';
/** The settings with which Java's send path does not wait in one thread. */
export const TUNING = { sendMessageThreadPoolNums: 32, useReentrantLockWhenPutMessage: true };

const root = fileURLToPath(new URL('../../', import.meta.url));
const PORTS = { from: 23_000, to: 23_900 };
const BOOT_TIMEOUT_MS = 20_000;

export const java: Installation = {
  startNamesrv: (home, port) => startJavaNamesrv({ home, port }),
  startBroker: ({ home, port, namesrvAddr, config }) =>
    startJava({
      mainClass: 'org.apache.rocketmq.broker.BrokerStartup',
      args: ['-c', writeConfig(home, javaBrokerConfig({ home, port, namesrvAddr, config }))],
      home,
      maxHeap: HEAP,
      optimise: true,
      systemProperties: { 'rocketmq.broker.diskSpaceWarningLevelRatio': '0.98' },
    }),
};

export const rocketmqTs: Installation = {
  async startNamesrv(home, port) {
    const program = new ChildProgram({
      name: 'mqnamesrv',
      command: process.execPath,
      args: [join(root, 'apps/namesrv/dist/main.js'), '-c', writeConfig(home, { listenPort: port })],
      env: homeOnly(home),
    });
    await program.waitForOutput(/boot success/, BOOT_TIMEOUT_MS);
    return program;
  },
  startBroker: ({ home, port, namesrvAddr, config }) =>
    new ChildProgram({
      name: 'mqbroker',
      command: 'sh',
      args: [join(root, 'bin/mqbroker'), '-c', writeConfig(home, javaBrokerConfig({ home, port, namesrvAddr, config }))],
      env: homeOnly(home),
    }),
};

/** A broker takes four: VIP, one that stays free, its own, HA. */
export async function freeBrokerPort(): Promise<number> {
  return (await freePort({ ...PORTS, count: 4 })) + 2;
}

export function freeNamesrvPort(): Promise<number> {
  return freePort(PORTS);
}

/** The last started ends first. */
export async function stopAll(programs: readonly ChildProgram[]): Promise<void> {
  for (const program of [...programs].reverse()) await program.stop();
}

function homeOnly(home: string): Record<string, string | undefined> {
  return { HOME: home, ROCKETMQ_HOME: home, NAMESRV_ADDR: undefined };
}

function writeConfig(home: string, entries: ConfigEntries): string {
  mkdirSync(home, { recursive: true });
  const file = join(home, 'server.properties');
  writeFileSync(file, propertiesText(entries));
  return file;
}
