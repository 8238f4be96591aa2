// What `benchmarks:load` is asked to do, from its command line.
import { parseArgs } from 'node:util';

export interface HostPort {
  readonly host: string;
  readonly port: number;
}

export interface LoadCommand {
  readonly mode: 'send' | 'consume' | 'mixed';
  readonly through: 'frames' | 'sdk';
  readonly broker: HostPort | undefined;
  readonly namesrvAddr: string | undefined;
  readonly topic: string;
  readonly topics: number;
  /** Undefined: as many as the topic has, or four. */
  readonly queues: number | undefined;
  readonly connections: number;
  readonly inFlight: number;
  /** Undefined: closed loop. */
  readonly perSecond: number | undefined;
  readonly bodyBytes: number;
  readonly waitStoreMsgOk: boolean;
  readonly consumers: number;
  readonly consumerGroup: string | undefined;
  readonly pullBatch: number;
  readonly warmUpSeconds: number;
  readonly measureSeconds: number;
  readonly pids: readonly number[];
  readonly json: boolean;
}

/** The command line is wrong; the message says what and how it should be. */
export class UsageError extends Error {}

export const HELP = `Puts load on a broker and says what came of it: messages per second, times, processor time.

  npx nx run benchmarks:load -- --broker 127.0.0.1:10911 --topic TopicTest
  npx nx run benchmarks:load -- --namesrv 127.0.0.1:9876 --mode mixed --through sdk --rate 20000

Where to
  --broker HOST:PORT     one broker, a master
  --namesrv ADDR         name servers, host:port[;host:port]; frames then go to the masters of the topic
  --topic NAME           default BenchmarkTest; must exist, or the broker must create topics by itself
  --topics N             N topics NAME0 … (default 1: NAME itself)
  --queues N             of each topic; frames only (default: as the name server says, else 4)

What
  --mode MODE            send (default); consume: read what is stored; mixed: send, and read what comes
  --through WHAT         frames (default): raw requests, the figure is the broker's;
                         sdk: @rocketmq-ts/client-producer and client-consumer, needs --namesrv
  --connections N        sending connections (default 4); with --mode consume reading ones
  --in-flight N          sends under way on each at all times: closed loop (default 16)
  --rate N               sends per second in all instead: open loop; times count from when a send was due
  --size BYTES           of a body (default 128), 8 to 4194304; 64K is 65536
  --no-wait              WAIT=false: do not wait for the disk or a slave
  --consumers N          reading connections of --mode mixed (default 4)
  --group NAME           consumer group (default: a new one)
  --pull-batch N         messages asked for in one pull (default 32)

How long
  --seconds N            measured time (default 10)
  --warm-up N            seconds before it (default: half of --seconds)
  --quick                2 s after 1 s

Output
  --pid N[,N]            processes on this machine whose processor time and memory are shown
  --json                 the figures as JSON, times in microseconds
  --help

Progress goes to stderr. Ctrl-C ends the measured time and prints what there is.
`;

const BODY_LIMIT = 4 * 1024 * 1024;
/** What a generator puts into a body to know it again. */
const BODY_LEAST = 8;

/** @throws UsageError */
export function parseLoadCommand(argv: readonly string[]): LoadCommand | 'help' {
  const flags = parseFlags(argv);
  if (flags.help === true) return 'help';
  const mode = oneOf('--mode', flags.mode ?? 'send', ['send', 'consume', 'mixed']);
  const through = oneOf('--through', flags.through ?? 'frames', ['frames', 'sdk']);
  if (flags.broker === undefined && flags.namesrv === undefined) throw new UsageError('where to: give --broker HOST:PORT or --namesrv ADDR');
  if (flags.broker !== undefined && flags.namesrv !== undefined) throw new UsageError('--broker and --namesrv: one of them');
  if (through === 'sdk' && flags.namesrv === undefined) throw new UsageError('--through sdk finds its brokers by --namesrv');
  if (flags.rate !== undefined && flags['in-flight'] !== undefined) throw new UsageError('--rate and --in-flight: an open loop has a rate, a closed one a number under way');
  if (flags.rate !== undefined && mode === 'consume') throw new UsageError('--rate is for sends; --mode consume reads as fast as it can');
  if (flags.quick === true && (flags.seconds ?? flags['warm-up']) !== undefined) throw new UsageError('--quick says how long; leave --seconds and --warm-up out');
  const measureSeconds = flags.quick === true ? 2 : number('--seconds', flags.seconds ?? '10', 0.1, 86_400);
  return {
    mode,
    through,
    broker: flags.broker === undefined ? undefined : hostPort(flags.broker),
    namesrvAddr: flags.namesrv,
    topic: flags.topic ?? 'BenchmarkTest',
    topics: whole('--topics', flags.topics ?? '1', 1, 10_000),
    queues: flags.queues === undefined ? undefined : whole('--queues', flags.queues, 1, 65_535),
    connections: whole('--connections', flags.connections ?? '4', 1, 20_000),
    inFlight: whole('--in-flight', flags['in-flight'] ?? '16', 1, 100_000),
    perSecond: flags.rate === undefined ? undefined : number('--rate', flags.rate, 0.1, 10_000_000),
    bodyBytes: whole('--size', bytesText(flags.size ?? '128'), BODY_LEAST, BODY_LIMIT),
    waitStoreMsgOk: flags['no-wait'] !== true,
    consumers: whole('--consumers', flags.consumers ?? '4', 1, 20_000),
    consumerGroup: flags.group,
    pullBatch: whole('--pull-batch', flags['pull-batch'] ?? '32', 1, 1024),
    warmUpSeconds: flags.quick === true ? 1 : number('--warm-up', flags['warm-up'] ?? String(measureSeconds / 2), 0, 86_400),
    measureSeconds,
    pids: (flags.pid?.split(',') ?? []).map((pid) => whole('--pid', pid, 1, 2 ** 22)),
    json: flags.json === true,
  };
}

function parseFlags(argv: readonly string[]) {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  try {
    return parseArgs({
      // nx and npm hand `--` on.
      args: argv.filter((argument) => argument !== '--'),
      options: {
        broker: text,
        namesrv: text,
        topic: text,
        topics: text,
        queues: text,
        mode: text,
        through: text,
        connections: text,
        'in-flight': text,
        rate: text,
        size: text,
        'no-wait': flag,
        consumers: text,
        group: text,
        'pull-batch': text,
        seconds: text,
        'warm-up': text,
        quick: flag,
        pid: text,
        json: flag,
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    throw new UsageError((error as Error).message.split('. ')[0]);
  }
}

function oneOf<T extends string>(name: string, value: string, values: readonly T[]): T {
  const found = values.find((known) => known === value);
  if (found === undefined) throw new UsageError(`${name} ${value}: one of ${values.join(', ')}`);
  return found;
}

function number(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= least && value <= most)) throw new UsageError(`${name} ${text}: a number from ${least} to ${most}`);
  return value;
}

function whole(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isInteger(value) || value < least || value > most) throw new UsageError(`${name} ${text}: a whole number from ${least} to ${most}`);
  return value;
}

function bytesText(text: string): string {
  const kibibytes = /^(\d+)[kK](i?B)?$/.exec(text)?.[1];
  return kibibytes === undefined ? text : String(Number(kibibytes) * 1024);
}

function hostPort(text: string): HostPort {
  const [, host, port] = /^(?:\[([^\]]+)\]|([^:]+)):(\d+)$/.exec(text)?.filter((part) => part !== undefined) ?? [];
  if (host === undefined || port === undefined || Number(port) < 1 || Number(port) > 65_535) throw new UsageError(`--broker ${text}: HOST:PORT`);
  return { host, port: Number(port) };
}
