/**
 * Starts programs of the real Java 4.6.0: any main class, and the two servers with a home folder of their own
 * (configuration, logs and store below it), so that runs never see each other or a user's `~/store`.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ChildProgram } from './child-program.ts';
import { JDK17_FLAGS, javaClassPath } from './java-runtime.ts';

export interface JavaOptions {
  readonly mainClass: string;
  readonly args?: readonly string[];
  /** Home of this program: user.home, ROCKETMQ_HOME, logs. */
  readonly home: string;
  /** For example `rocketmq.serialize.type`. */
  readonly systemProperties?: Readonly<Record<string, string>>;
  readonly maxHeap?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Full JIT instead of the quick-starting one; for programs that produce load. */
  readonly optimise?: boolean;
  /** Another version than 4.6.0, see `mavenClassPath`. */
  readonly classPath?: string;
}

export interface JavaServerOptions {
  readonly home: string;
  readonly port: number;
  readonly classPath?: string;
  readonly systemProperties?: Readonly<Record<string, string>>;
  /** Further keys of the properties file. */
  readonly config?: Readonly<Record<string, string | number | boolean>>;
}

export interface JavaBrokerOptions extends JavaServerOptions {
  readonly namesrvAddr: string;
  readonly brokerName?: string;
  /** Another main class than BrokerStartup that prints the same boot line. */
  readonly mainClass?: string;
}

const BOOT_TIMEOUT_MS = 60_000;

export function startJava(options: JavaOptions): ChildProgram {
  writeLogbackFiles(options.home);
  const { home } = options;
  // Java 5.x leaves its self-signed certificates where temporary files go.
  const places = { 'user.home': home, 'java.io.tmpdir': home, 'rocketmq.home.dir': home, 'rocketmq.client.logRoot': join(home, 'logs') };
  const properties = { ...places, ...options.systemProperties };
  return new ChildProgram({
    name: options.mainClass.slice(options.mainClass.lastIndexOf('.') + 1),
    command: 'java',
    args: [
      ...JDK17_FLAGS,
      `-Xmx${options.maxHeap ?? '256m'}`,
      ...(options.optimise === true ? [] : ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC']),
      '-Djava.net.preferIPv4Stack=true',
      ...Object.entries(properties).map(([key, value]) => `-D${key}=${value}`),
      '-cp',
      options.classPath ?? javaClassPath(),
      options.mainClass,
      ...(options.args ?? []),
    ],
    cwd: options.home,
    env: { ROCKETMQ_HOME: options.home, NAMESRV_ADDR: undefined, ...options.env },
  });
}

/** Returns when the boot line is out. */
export async function startJavaNamesrv(options: JavaServerOptions): Promise<ChildProgram> {
  const configFile = join(options.home, 'namesrv.properties');
  mkdirSync(options.home, { recursive: true });
  writeFileSync(configFile, propertiesText({ listenPort: options.port, ...options.config }));
  const program = startJava({
    mainClass: 'org.apache.rocketmq.namesrv.NamesrvStartup',
    args: ['-c', configFile],
    home: options.home,
    ...(options.classPath === undefined ? {} : { classPath: options.classPath }),
    ...(options.systemProperties === undefined ? {} : { systemProperties: options.systemProperties }),
  });
  await program.waitForOutput(/The Name Server boot success/, BOOT_TIMEOUT_MS);
  return program;
}

/** Returns when the boot line is out; the broker registers itself right before that. The store is `<home>/store`. */
export async function startJavaBroker(options: JavaBrokerOptions): Promise<ChildProgram> {
  const configFile = join(options.home, 'broker.properties');
  mkdirSync(options.home, { recursive: true });
  writeFileSync(configFile, propertiesText(javaBrokerConfig(options)));
  const program = startJava({
    mainClass: options.mainClass ?? 'org.apache.rocketmq.broker.BrokerStartup',
    args: ['-c', configFile],
    home: options.home,
    maxHeap: '1g',
    systemProperties: { 'rocketmq.broker.diskSpaceWarningLevelRatio': '0.98', ...options.systemProperties },
  });
  await program.waitForOutput(/The broker\[.*boot success/, BOOT_TIMEOUT_MS);
  return program;
}

/** The keys every broker of a test is started with, ours included: own store, loopback, given name server. */
export function javaBrokerConfig(options: JavaBrokerOptions): Record<string, string | number | boolean> {
  const store = join(options.home, 'store');
  return {
    brokerName: options.brokerName ?? 'broker-a',
    brokerIP1: '127.0.0.1',
    brokerIP2: '127.0.0.1',
    listenPort: options.port,
    namesrvAddr: options.namesrvAddr,
    storePathRootDir: store,
    storePathCommitLog: join(store, 'commitlog'),
    ...options.config,
  };
}

export function propertiesText(entries: Readonly<Record<string, string | number | boolean>>): string {
  return Object.entries(entries)
    .map(([key, value]) => `${key}=${String(value)}\n`)
    .join('');
}

/** The servers and mqadmin refuse to start without their logback files; the distribution is not in Maven. */
function writeLogbackFiles(home: string): void {
  const conf = join(home, 'conf');
  mkdirSync(conf, { recursive: true });
  for (const program of ['namesrv', 'broker', 'tools']) {
    writeFileSync(
      join(conf, `logback_${program}.xml`),
      `<configuration>
  <appender name="file" class="ch.qos.logback.core.FileAppender">
    <file>${join(home, 'logs', `${program}.log`)}</file>
    <encoder><pattern>%d{yyyy-MM-dd HH:mm:ss,SSS} %p %t - %m%n</pattern></encoder>
  </appender>
  <root level="INFO"><appender-ref ref="file"/></root>
</configuration>
`,
    );
  }
}
