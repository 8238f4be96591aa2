// How the programs of either implementation are started for a benchmark, each in a home folder of its own.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ChildProgram, freePort, javaBrokerConfig, javaClassPath, mavenClassPath, propertiesText, startJava, startJavaNamesrv } from '@rocketmq-ts/testkit';

export type ConfigEntries = Readonly<Record<string, string | number | boolean>>;

export interface BrokerPlace {
  readonly home: string;
  readonly port: number;
  readonly namesrvAddr: string;
  readonly config: ConfigEntries;
}

export interface Installation {
  /** Fetches or builds what is not here yet; may take a minute. @throws Error */
  prepare(): void;
  /** Resolves when it has said that it is up. */
  startNamesrv(home: string, port: number): Promise<ChildProgram>;
  /** Returns at once. */
  startBroker(place: BrokerPlace): ChildProgram;
}

export const HEAP = '3g';
/** The settings with which Java's send path does not wait in one thread. */
export const TUNING = { sendMessageThreadPoolNums: 32, useReentrantLockWhenPutMessage: true };

const PORTS = { from: 23_000, to: 23_900 };
const BOOT_TIMEOUT_MS = 20_000;

export const java: Installation = javaInstallation(javaClassPath);
export const java533: Installation = javaInstallation(() => mavenClassPath(fileURLToPath(new URL('rocketmq-5.3.3/pom.xml', import.meta.url)), 'rocketmq-5.3.3'));

function javaInstallation(classPath: () => string): Installation {
  return {
    prepare: () => void classPath(),
    startNamesrv: (home, port) => startJavaNamesrv({ home, port, classPath: classPath() }),
    startBroker: ({ home, port, namesrvAddr, config }) =>
      startJava({
        mainClass: 'org.apache.rocketmq.broker.BrokerStartup',
        args: ['-c', writeConfig(home, javaBrokerConfig({ home, port, namesrvAddr, config }))],
        home,
        maxHeap: HEAP,
        optimise: true,
        systemProperties: { 'rocketmq.broker.diskSpaceWarningLevelRatio': '0.98' },
        classPath: classPath(),
      }),
  };
}

export const rocketmqTs: Installation = rocketmqTsIn(fileURLToPath(new URL('../../', import.meta.url)));

/** The programs that have been built in a tree of this repository. */
export function rocketmqTsIn(tree: string): Installation {
  const mqnamesrv = join(tree, 'apps/namesrv/dist/main.js');
  const mqbroker = join(tree, 'apps/broker/dist/main.js');
  return {
    prepare() {
      for (const program of [mqnamesrv, mqbroker]) if (!existsSync(program)) throw new Error(`${program} is not built; npx nx run-many -t build -p broker namesrv`);
    },
    async startNamesrv(home, port) {
      const program = new ChildProgram({
        name: 'mqnamesrv',
        command: process.execPath,
        args: [mqnamesrv, '-c', writeConfig(home, { listenPort: port })],
        env: homeOnly(home),
      });
      await program.waitForOutput(/boot success/, BOOT_TIMEOUT_MS);
      return program;
    },
    startBroker: ({ home, port, namesrvAddr, config }) =>
      new ChildProgram({
        name: 'mqbroker',
        command: 'sh',
        args: [join(tree, 'bin/mqbroker'), '-c', writeConfig(home, javaBrokerConfig({ home, port, namesrvAddr, config }))],
        env: homeOnly(home),
      }),
  };
}

/** A broker takes four: VIP, one that stays free, its own, HA. */
export async function freeBrokerPort(): Promise<number> {
  return (await freePort({ ...PORTS, count: 4 })) + 2;
}

export function freeNamesrvPort(): Promise<number> {
  return freePort(PORTS);
}

/** For proxies between master and slave. */
export function freeProxyPort(): Promise<number> {
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
