/**
 * Captures a store: a Java broker with small files writes it through its own clients, is stopped cleanly, and Java's
 * own DefaultMessageStore then says what is in it (java/StoreDump.java, run on a copy).
 *
 *   manifest.json    provenance, the configuration the store was written with, every file with size and SHA-256
 *   contents.jsonl   queues, messages, answers to key and time queries, one JSON object a line
 *   root/            the store's folder itself: commitlog, consumequeue, index, config, checkpoint
 */
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { freePort, javaBrokerConfig, makeTempFolder, propertiesText, startJava, startJavaBroker, startJavaNamesrv } from '@rocketmq-ts/testkit';
import type { ChildProgram } from '@rocketmq-ts/testkit';

const PORTS = { from: 21_500, to: 21_599 };
const CLIENT_TIMEOUT_MS = 60_000;
const TOPIC = 'GoldenStore';

/** Small enough that a few hundred messages fill several files of each kind. */
export const SMALL_FILES = {
  mappedFileSizeCommitLog: 32_768,
  mappedFileSizeConsumeQueue: 400,
  maxHashSlotNum: 53,
  maxIndexNum: 200,
  maxMessageSize: 16_384,
};

/** Replaces what is in `folder`. */
export async function captureStore(folder: string, provenance: readonly string[]): Promise<void> {
  using home = makeTempFolder('golden-store');
  const brokerHome = join(home.path, 'broker');
  await writeStore(home.path, brokerHome);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const root = join(folder, 'root');
  cpSync(join(brokerHome, 'store'), root, { recursive: true, filter: (path) => !path.endsWith('/lock') && !path.endsWith('.bak') });
  const files = readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((path) => ({ path: relative(root, path), bytes: readFileSync(path) }))
    .map(({ path, bytes }) => ({ path, size: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') }));
  writeFileSync(join(folder, 'manifest.json'), `${JSON.stringify({ provenance, config: SMALL_FILES, files }, undefined, 2)}\n`);
  const contents = await dumpStore(join(home.path, 'dump'), join(brokerHome, 'store'), SMALL_FILES);
  writeFileSync(join(folder, 'contents.jsonl'), withoutFileTimes(contents));
}

/** In a queue of several files Java chooses one by its modification time, which neither a copy nor a checkout keeps. */
function withoutFileTimes(contents: string): string {
  return contents
    .split(/(?<=\n)/)
    .filter((line) => !line.startsWith('{"kind":"time"') || line.includes('"GoldenOther"'))
    .join('');
}

async function writeStore(home: string, brokerHome: string): Promise<void> {
  const programs: ChildProgram[] = [];
  try {
    const namesrvPort = await freePort(PORTS);
    const brokerPort = (await freePort({ ...PORTS, count: 4 })) + 2;
    const namesrvAddr = `127.0.0.1:${namesrvPort}`;
    programs.push(await startJavaNamesrv({ home: join(home, 'namesrv'), port: namesrvPort }));
    programs.push(await startJavaBroker({ home: brokerHome, port: brokerPort, namesrvAddr, config: { ...SMALL_FILES, defaultTopicQueueNums: 3 } }));
    for (const [mode, count] of [['sync', 100], ['batch', 40], ['async', 40], ['big', 4], ['oneway', 12]] as const) {
      await runClient(home, ['send', namesrvAddr, TOPIC, String(count), mode, mode]);
    }
    await runClient(home, ['send', namesrvAddr, 'GoldenOther', '40', 'sync', 'other']);
    await consumeAll(home, namesrvAddr);
  } finally {
    for (const program of programs.reverse()) await program.stop();
  }
}

async function runClient(home: string, args: readonly string[]): Promise<void> {
  const client = startJava({ mainClass: 'InteropClient', args, home: join(home, 'client') });
  const code = await client.waitForExit(CLIENT_TIMEOUT_MS);
  if (code !== 0 || client.output.includes('failed ')) throw new Error(`InteropClient ${args.join(' ')}: ${code}\n${client.tail()}`);
}

/** A group that has consumed everything, so that consumerOffset.json says something. */
async function consumeAll(home: string, namesrvAddr: string): Promise<void> {
  const client = startJava({ mainClass: 'InteropClient', args: ['receive', namesrvAddr, TOPIC, 'golden_group', 'CLUSTERING', '*'], home: join(home, 'client') });
  await client.waitUntil((output) => ((output.match(/^got /gm) ?? []).length >= 196 ? true : undefined), CLIENT_TIMEOUT_MS, '196 messages');
  client.endInput();
  await client.waitForExit(CLIENT_TIMEOUT_MS);
}

/** What Java says is in the store at `root`. It is opened as a copy: opening changes files. */
export async function dumpStore(home: string, root: string, config: Readonly<Record<string, string | number | boolean>>): Promise<string> {
  mkdirSync(home, { recursive: true });
  cpSync(root, join(home, 'store'), { recursive: true });
  const propertiesFile = join(home, 'dump.properties');
  const port = await freePort(PORTS);
  writeFileSync(propertiesFile, propertiesText(javaBrokerConfig({ home, port, namesrvAddr: '127.0.0.1:1', config })));
  const program = startJava({ mainClass: 'StoreDump', args: [propertiesFile, String(port)], home });
  const code = await program.waitForExit(CLIENT_TIMEOUT_MS);
  if (code !== 0) throw new Error(`StoreDump: ${code}\n${program.tail()}`);
  return program.output
    .split('\n')
    .filter((line) => line.startsWith('@dump '))
    .map((line) => `${line.slice('@dump '.length)}\n`)
    .join('');
}
