/**
 * Captures HA: what a Java master and a Java slave say to each other on the HA port, through a proxy that passes every
 * byte on unchanged. An empty slave follows, hears a heartbeat, copies; is stopped while the master goes on; comes back.
 *
 *   1-reports.hex, 1-pushes.hex    the first connection, slave → master and master → slave
 *   2-reports.hex, 2-pushes.hex    the second one, after the slave's restart
 *   commitlog.hex                  the master's log from its start to its end
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { type ChildProgram, formatGolden, freePort, makeTempFolder, startJava, startJavaBroker, startJavaNamesrv } from '@rocketmq-ts/testkit';

const PORTS = { from: 24_050, to: 24_099 };
const TIMEOUT_MS = 60_000;
/** Small files, so that the log rolls; short intervals, so that heartbeats are soon there. */
const CONFIG = { mappedFileSizeCommitLog: 8192, maxMessageSize: 4096, mappedFileSizeConsumeQueue: 4000, haSendHeartbeatInterval: 1000, haTransferBatchSize: 1024 };

interface Stream {
  readonly reports: Buffer[];
  readonly pushes: Buffer[];
}

/** Replaces what is in `folder`. */
export async function captureHa(folder: string, provenance: readonly string[]): Promise<readonly string[]> {
  using home = makeTempFolder('golden-ha');
  const streams = await record(home.path);
  const log = commitLogOf(join(home.path, 'master', 'store', 'commitlog'));
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const files: [string, string, Buffer][] = [['commitlog', "the master's log", log]];
  streams.forEach((stream, index) => {
    files.push([`${index + 1}-reports`, `connection ${index + 1}, slave to master`, Buffer.concat(stream.reports)]);
    files.push([`${index + 1}-pushes`, `connection ${index + 1}, master to slave`, Buffer.concat(stream.pushes)]);
  });
  const settings = Object.entries(CONFIG)
    .map(([key, value]) => `${key}=${value}`)
    .join(' ');
  for (const [name, what, bytes] of files) writeFileSync(join(folder, `${name}.hex`), formatGolden([...provenance, settings, what], bytes));
  return files.map(([name]) => name);
}

async function record(home: string): Promise<readonly Stream[]> {
  const programs: ChildProgram[] = [];
  const streams: Stream[] = [];
  let proxy: Server | undefined;
  try {
    const namesrvPort = await freePort(PORTS);
    const namesrvAddr = `127.0.0.1:${namesrvPort}`;
    const masterPort = (await freePort({ ...PORTS, count: 4 })) + 2;
    const slavePort = (await freePort({ ...PORTS, count: 4 })) + 2;
    const proxyPort = await freePort(PORTS);
    programs.push(await startJavaNamesrv({ home: join(home, 'namesrv'), port: namesrvPort }));
    programs.push(await startJavaBroker({ home: join(home, 'master'), port: masterPort, namesrvAddr, config: { ...CONFIG, brokerRole: 'ASYNC_MASTER' } }));
    proxy = await startProxy(proxyPort, masterPort + 1, streams);
    const slaveConfig = { ...CONFIG, brokerRole: 'SLAVE', brokerId: 1, haMasterAddress: `127.0.0.1:${proxyPort}` };
    const startSlave = (): Promise<ChildProgram> => startJavaBroker({ home: join(home, 'slave'), port: slavePort, namesrvAddr, config: slaveConfig });

    const slave = await startSlave();
    programs.push(slave);
    await until(() => lengthOf(streams[0]?.pushes) >= 12, 'the first heartbeat');
    await send(home, namesrvAddr, 20, 'first');
    await until(() => hasCaughtUp(home, streams[0]), 'a report of all that was sent');
    await slave.stop();
    await send(home, namesrvAddr, 30, 'second');
    programs.push(await startSlave());
    await until(() => hasCaughtUp(home, streams[1]), 'a report of all that was sent after the restart');
    const quiet = lengthOf(streams[1]?.pushes);
    await until(() => lengthOf(streams[1]?.pushes) > quiet, 'a heartbeat behind the last message');
  } finally {
    for (const program of programs.reverse()) await program.stop();
    proxy?.close();
  }
  return streams;
}

async function send(home: string, namesrvAddr: string, count: number, prefix: string): Promise<void> {
  const client = startJava({ mainClass: 'InteropClient', args: ['send', namesrvAddr, 'GoldenHa', String(count), 'sync', prefix], home: join(home, 'client') });
  const code = await client.waitForExit(TIMEOUT_MS);
  if (code !== 0 || client.output.includes('failed ')) throw new Error(`InteropClient: ${code}\n${client.tail()}`);
}

/** The slave's last report is where the master's log ends. */
function hasCaughtUp(home: string, stream: Stream | undefined): boolean {
  const reports = Buffer.concat(stream?.reports ?? []);
  if (reports.length < 8) return false;
  return Number(reports.readBigInt64BE(reports.length - 8 - (reports.length % 8))) === commitLogOf(join(home, 'master', 'store', 'commitlog')).length;
}

/** Up to the first place where neither a record nor a blank begins. */
function commitLogOf(folder: string): Buffer {
  const bytes = Buffer.concat(
    readdirSync(folder)
      .sort()
      .map((file) => readFileSync(join(folder, file))),
  );
  let end = 0;
  while (end + 4 <= bytes.length && bytes.readInt32BE(end) > 0) end += bytes.readInt32BE(end);
  return bytes.subarray(0, end);
}

function lengthOf(chunks: readonly Buffer[] | undefined): number {
  return (chunks ?? []).reduce((sum, chunk) => sum + chunk.length, 0);
}

async function startProxy(port: number, target: number, streams: Stream[]): Promise<Server> {
  const server = createServer((slave) => {
    const master = connect(target, '127.0.0.1');
    const stream: Stream = { reports: [], pushes: [] };
    streams.push(stream);
    pass(slave, master, stream.reports);
    pass(master, slave, stream.pushes);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return server;
}

function pass(from: Socket, to: Socket, kept: Buffer[]): void {
  from.setNoDelay(true);
  from.on('data', (chunk: Buffer) => {
    kept.push(chunk);
    to.write(chunk);
  });
  from.on('close', () => to.destroy());
  from.on('error', () => to.destroy());
}

async function until(condition: () => boolean, what: string): Promise<void> {
  const deadline = Date.now() + TIMEOUT_MS;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`not seen in time: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
