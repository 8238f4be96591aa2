/** Unmodified Java clients as child programs, their output read back as data. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { startJava } from '@rocketmq-ts/testkit';
import type { ChildProgram } from '@rocketmq-ts/testkit';

const CLIENT_TIMEOUT_MS = 90_000;

export interface JavaClientPlace {
  readonly home: string;
  readonly namesrvAddr: string;
}

export interface ClientOptions {
  readonly headerType?: 'JSON' | 'ROCKETMQ';
  readonly systemProperties?: Readonly<Record<string, string>>;
}

/** A line `sent BODY STATUS QUEUEID QUEUEOFFSET OFFSETMSGID` of InteropClient. */
export interface Sent {
  readonly body: string;
  readonly status: string;
  readonly queueId: number;
  readonly queueOffset: number;
  readonly offsetMsgId: string;
}

/** A line `msg QUEUEID QUEUEOFFSET OFFSETMSGID BODY`. */
export interface Stored {
  readonly body: string;
  readonly queueId: number;
  readonly queueOffset: number;
  readonly offsetMsgId: string;
}

export type SendMode = 'sync' | 'async' | 'oneway' | 'batch' | 'big';

/** Any main class, with the name server in the environment as the examples expect it. */
export function startClient(place: JavaClientPlace, mainClass: string, args: readonly string[] = [], options: ClientOptions = {}): ChildProgram {
  const home = join(place.home, 'java-client');
  mkdirSync(home, { recursive: true });
  return startJava({
    mainClass,
    args,
    home,
    env: { NAMESRV_ADDR: place.namesrvAddr },
    systemProperties: { 'rocketmq.serialize.type': options.headerType ?? 'JSON', ...options.systemProperties },
  });
}

/** One process per cluster in which Java's mqadmin runs its commands; see AdminShell.java. */
const adminShells = new WeakMap<JavaClientPlace, ChildProgram>();

/** What `sh bin/mqadmin` prints in Java. The process behind it is ended by `stopMqadmin`. */
export async function mqadmin(place: JavaClientPlace, ...args: string[]): Promise<string> {
  const shell = adminShells.get(place) ?? startClient(place, 'AdminShell');
  adminShells.set(place, shell);
  const from = shell.output.length;
  shell.writeLine([...args, '-n', place.namesrvAddr].join('\t'));
  return await shell.waitUntil((output) => /^([^]*)\n@end\n/.exec(output.slice(from))?.[1], CLIENT_TIMEOUT_MS, `end of mqadmin ${args.join(' ')}`);
}

export async function stopMqadmin(place: JavaClientPlace): Promise<void> {
  await adminShells.get(place)?.stop();
  adminShells.delete(place);
}

export async function send(place: JavaClientPlace, topic: string, count: number, mode: SendMode, prefix: string, options?: ClientOptions): Promise<Sent[]> {
  const output = await interopClient(place, ['send', place.namesrvAddr, topic, String(count), mode, prefix], options);
  return linesOf(output, 'sent').map(([body = '', status = '', queueId = '', queueOffset = '', offsetMsgId = '']) => ({
    body,
    status,
    queueId: Number(queueId),
    queueOffset: Number(queueOffset),
    offsetMsgId,
  }));
}

/** All messages of a topic, by Java's pull consumer. */
export async function readTopic(place: JavaClientPlace, topic: string, options?: ClientOptions): Promise<Stored[]> {
  const output = await interopClient(place, ['read', place.namesrvAddr, topic], options);
  const gaps = linesOf(output, 'gap');
  if (gaps.length > 0) throw new Error(`gaps in ${topic}: ${gaps.slice(0, 5).map((gap) => gap.join(' ')).join('; ')}`);
  return linesOf(output, 'msg').map(([queueId = '', queueOffset = '', offsetMsgId = '', body = '']) => ({
    queueId: Number(queueId),
    queueOffset: Number(queueOffset),
    offsetMsgId,
    body,
  }));
}

/** A push consumer that prints what it gets until its input is closed. */
export async function startReceiver(
  place: JavaClientPlace,
  wanted: { readonly topic: string; readonly group: string; readonly model: 'CLUSTERING' | 'BROADCASTING'; readonly expression: string },
  options: ClientOptions & { readonly instance?: string } = {},
): Promise<ChildProgram> {
  const systemProperties = { 'rocketmq.client.name': options.instance ?? 'DEFAULT', ...options.systemProperties };
  const args = ['receive', place.namesrvAddr, wanted.topic, wanted.group, wanted.model, wanted.expression];
  const program = startClient(place, 'InteropClient', args, { ...options, systemProperties });
  await program.waitForOutput(/^consumer started/m, CLIENT_TIMEOUT_MS);
  return program;
}

/** Bodies a receiver has printed so far, in order of arrival. */
export function receivedBy(program: ChildProgram): string[] {
  return linesOf(program.output, 'got').map(([, , body = '']) => body);
}

export async function stopReceiver(program: ChildProgram): Promise<void> {
  program.endInput();
  await program.waitForExit(CLIENT_TIMEOUT_MS);
}

async function interopClient(place: JavaClientPlace, args: readonly string[], options: ClientOptions = {}): Promise<string> {
  const program = startClient(place, 'InteropClient', args, options);
  const code = await program.waitForExit(CLIENT_TIMEOUT_MS).finally(() => program.kill());
  if (code !== 0 || linesOf(program.output, 'failed').length > 0) {
    throw new Error(`InteropClient ${args.join(' ')} ended with ${code}\n${program.tail(60)}`);
  }
  return program.output;
}

/** The words behind `keyword` of each complete line that begins with it. */
function linesOf(output: string, keyword: string): string[][] {
  return output
    .slice(0, output.lastIndexOf('\n') + 1)
    .split('\n')
    .filter((line) => line.startsWith(`${keyword} `))
    .map((line) => line.slice(keyword.length + 1).split(' '));
}
