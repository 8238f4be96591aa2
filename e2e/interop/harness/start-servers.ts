/**
 * Name servers and brokers for a test, Java's or ours, started the way users start them: one process each, told by
 * a properties file, ready when the boot line is out. Both kinds take the same file.
 *
 * INTEROP_SERVERS=java runs the whole suite against Java's own servers: it must be green, or the suite is wrong.
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ChildProgram, freePort, javaBrokerConfig, makeTempFolder, propertiesText, startJavaBroker, startJavaNamesrv } from '@rocketmq-ts/testkit';

export type Maker = 'java' | 'ours';

/** Who makes the servers under test. */
export const MAKER: Maker = process.env['INTEROP_SERVERS'] === 'java' ? 'java' : 'ours';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const FIRST_PORT = Number(process.env['INTEROP_FIRST_PORT'] ?? 21_600);
const PORTS = { from: FIRST_PORT, to: FIRST_PORT + 99 };
const BOOT_TIMEOUT_MS = 30_000;

export interface BrokerOptions {
  readonly namesrvAddr: string;
  readonly home: string;
  readonly brokerName?: string;
  /** A port already chosen; needed to start a broker again at the same address. */
  readonly port?: number;
  readonly config?: Readonly<Record<string, string | number | boolean>>;
  readonly headerType?: 'JSON' | 'ROCKETMQ';
}

export interface RunningBroker {
  readonly program: ChildProgram;
  readonly port: number;
  readonly address: string;
  readonly storeRoot: string;
}

export interface RunningNamesrv {
  readonly program: ChildProgram;
  readonly address: string;
}

/** One name server and one broker; disposing stops both and removes their folder. */
export interface Cluster extends AsyncDisposable {
  readonly home: string;
  readonly namesrv: RunningNamesrv;
  readonly broker: RunningBroker;
  readonly namesrvAddr: string;
}

export async function startNamesrv(maker: Maker, home: string, headerType: 'JSON' | 'ROCKETMQ' = 'JSON'): Promise<RunningNamesrv> {
  const port = await freePort(PORTS);
  const address = `127.0.0.1:${port}`;
  if (maker === 'java') return { program: await startJavaNamesrv({ home, port, systemProperties: { 'rocketmq.serialize.type': headerType } }), address };
  const program = startOurs('namesrv', home, { listenPort: port }, headerType);
  await program.waitForOutput(/The Name Server boot success/, BOOT_TIMEOUT_MS);
  return { program, address };
}

export async function startBroker(maker: Maker, options: BrokerOptions): Promise<RunningBroker> {
  const port = options.port ?? (await brokerPort());
  const place = { port, address: `127.0.0.1:${port}`, storeRoot: join(options.home, 'store') };
  const headerType = options.headerType ?? 'JSON';
  const javaOptions = { ...options, port };
  if (maker === 'java') {
    return { ...place, program: await startJavaBroker({ ...javaOptions, systemProperties: { 'rocketmq.serialize.type': headerType } }) };
  }
  const program = startOurs('broker', options.home, javaBrokerConfig(javaOptions), headerType);
  await program.waitForOutput(/The broker\[.*boot success/, BOOT_TIMEOUT_MS);
  return { ...place, program };
}

export async function startCluster(
  maker: Maker,
  options: { readonly purpose: string; readonly headerType?: 'JSON' | 'ROCKETMQ'; readonly config?: Readonly<Record<string, string | number | boolean>> },
): Promise<Cluster> {
  const folder = makeTempFolder(options.purpose);
  const stop: Array<() => unknown> = [() => folder.remove()];
  const stopAll = async (): Promise<void> => {
    for (const step of stop.reverse()) await step();
  };
  try {
    const namesrv = await startNamesrv(maker, join(folder.path, 'namesrv'), options.headerType);
    stop.push(async () => await endServer(maker, namesrv.program));
    const broker = await startBroker(maker, {
      namesrvAddr: namesrv.address,
      home: join(folder.path, 'broker'),
      ...(options.config === undefined ? {} : { config: options.config }),
      ...(options.headerType === undefined ? {} : { headerType: options.headerType }),
    });
    stop.push(async () => await endServer(maker, broker.program));
    return { home: folder.path, namesrv, broker, namesrvAddr: namesrv.address, [Symbol.asyncDispose]: stopAll };
  } catch (error) {
    await stopAll();
    throw error;
  }
}

/** Ours must stop in order whenever a test ends; Java's takes seconds for it and nobody looks any more. */
async function endServer(maker: Maker, program: ChildProgram): Promise<void> {
  if (maker === 'java') program.kill();
  await program.stop();
}

/** listenPort, with room for listenPort − 2 (VIP) and listenPort + 1 (HA). */
export async function brokerPort(): Promise<number> {
  return (await freePort({ ...PORTS, count: 4 })) + 2;
}

/** The built program; while none is built, or with ROCKETMQ_TS_RUN=source, the sources through tsx. */
function startOurs(app: 'namesrv' | 'broker', home: string, config: Readonly<Record<string, string | number | boolean>>, headerType: string): ChildProgram {
  const built = join(ROOT, 'apps', app, 'dist/main.js');
  const fromSource = process.env['ROCKETMQ_TS_RUN'] === 'source' || !existsSync(built);
  const entry = fromSource ? ['--conditions=@rocketmq-ts/source', '--import', 'tsx', join(ROOT, 'apps', app, 'src/main.ts')] : [built];
  const configFile = join(home, `${app}.properties`);
  mkdirSync(home, { recursive: true });
  writeFileSync(configFile, propertiesText(config));
  return new ChildProgram({
    name: `our ${app}`,
    command: process.execPath,
    args: [...entry, '-c', configFile],
    cwd: ROOT,
    env: { HOME: home, ROCKETMQ_HOME: home, NAMESRV_ADDR: undefined, ROCKETMQ_SERIALIZE_TYPE: headerType === 'JSON' ? undefined : headerType },
  });
}
