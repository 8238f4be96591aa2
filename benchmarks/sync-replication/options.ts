// What the command line asks for. Pure; every mistake is told in the words of the one who made it.
import { parseArgs } from 'node:util';
import { CLOSED_LOADS, OPEN_LOADS, type PlannedShape, type StepTimes, VARIANT_LOADS, type VariantName, VARIANTS } from './plan.ts';

export class UsageError extends Error {}

export type ContenderId = 'ours' | 'java' | 'java-tuned' | 'java-5.3.3' | 'java-5.3.3-defaults';

export interface Address {
  readonly host: string;
  readonly port: number;
}

export interface RemoteOptions {
  readonly name: string;
  readonly asyncMaster: Address;
  readonly syncMaster: Address;
  readonly topic: string;
}

export interface Options {
  readonly quick: boolean;
  readonly rounds: number;
  readonly variantRounds: number;
  readonly times: StepTimes;
  readonly contenders: readonly ContenderId[];
  readonly variants: readonly VariantName[];
  readonly loads: readonly PlannedShape[];
  readonly variantLoads: readonly PlannedShape[];
  /** Undefined: pairs are started here. */
  readonly remote: RemoteOptions | undefined;
  /** Whether our own pair is looked at under a profile, behind all others. */
  readonly profile: boolean;
  /** Of the report's files, without their endings. */
  readonly reportBase: string;
}

const CONTENDERS: readonly ContenderId[] = ['ours', 'java', 'java-tuned', 'java-5.3.3', 'java-5.3.3-defaults'];
const DEFAULT_CONTENDERS: readonly ContenderId[] = ['ours', 'java', 'java-tuned', 'java-5.3.3'];
const VARIANT_NAMES = Object.keys(VARIANTS) as VariantName[];
/** Each pair has been warmed up as a whole; this is for a new load to settle in. */
const WARM_UP_SHARE = 0.15;
/** Rounds of the variants: a run of all is to take about 40 minutes. */
const VARIANT_ROUNDS = 3;

export const HELP = `What synchronous replication costs, in throughput and in response time.

  npx nx run benchmarks:sync-replication -- [options]

  --quick             one short round, ends within 3 minutes; its figures are indications only
  --rounds N          rounds, each the one before backwards (default 5; variants at most ${VARIANT_ROUNDS}, or N where N is given)
  --seconds S         of each measurement (default 2)
  --only A,B,…        contenders (${CONTENDERS.join(', ')})
                      and variants (${VARIANT_NAMES.join(', ')});
                      what is named limits its own kind, the other kind stays whole;
                      ours and java-tuned are measured in all variants, the others in the usual one
  --no-profile        leave out the last step: flame graphs of our SYNC_MASTER and its slave
  --report BASE       writes BASE.md, BASE.html, BASE.json (default benchmarks/reports/sync-replication)

A cluster of your own, on machines of your own:

  --async HOST:PORT   a broker with brokerRole=ASYNC_MASTER and a slave
  --sync HOST:PORT    a broker with brokerRole=SYNC_MASTER and a slave, otherwise the same
  --topic TOPIC       where to send to; it must exist on both and is not cleaned afterwards
  --name NAME         how the report calls it (default remote)
`;

/** @throws UsageError */
export function parseOptions(args: readonly string[]): Options | 'help' {
  const flags = readFlags(args);
  if (flags.help) return 'help';
  const quick = flags.quick;
  const rounds = wholeOf('--rounds', flags.rounds) ?? (quick ? 1 : 5);
  const seconds = numberOf('--seconds', flags.seconds) ?? (quick ? 1 : 2);
  const remote = remoteOf(flags);
  const only = namesOf(flags.only, remote === undefined ? [...CONTENDERS, ...VARIANT_NAMES] : ['usual', 'no-wait']);
  const variants = only.variants ?? (quick ? ['usual'] : remote === undefined ? VARIANT_NAMES : ['usual', 'no-wait']);
  const contenders = only.contenders ?? DEFAULT_CONTENDERS;
  return {
    quick,
    rounds,
    variantRounds: flags.rounds === undefined ? Math.min(rounds, VARIANT_ROUNDS) : rounds,
    times: { pairWarmUpSeconds: quick ? 2 : 3, warmUpSeconds: Math.min(2, seconds * WARM_UP_SHARE), measureSeconds: seconds },
    contenders,
    variants,
    loads: quick ? [...CLOSED_LOADS.filter(isForQuick), ...OPEN_LOADS.filter(isForQuick)] : [...CLOSED_LOADS, ...OPEN_LOADS],
    variantLoads: VARIANT_LOADS,
    remote,
    profile: remote === undefined && contenders.includes('ours') && !flags['no-profile'],
    reportBase: flags.report,
  };
}

/** 1 and 64 in flight, and half the maximum. */
function isForQuick(shape: PlannedShape): boolean {
  return shape.kind === 'closed' ? [1, 64].includes(shape.connections * shape.inFlight) : shape.shareOfAsyncMaximum === 0.5;
}

function readFlags(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        help: { type: 'boolean', default: false, short: 'h' },
        quick: { type: 'boolean', default: false },
        rounds: { type: 'string' },
        seconds: { type: 'string' },
        only: { type: 'string' },
        'no-profile': { type: 'boolean', default: false },
        report: { type: 'string', default: 'benchmarks/reports/sync-replication' },
        async: { type: 'string' },
        sync: { type: 'string' },
        topic: { type: 'string' },
        name: { type: 'string' },
      },
    }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function remoteOf(flags: ReturnType<typeof readFlags>): RemoteOptions | undefined {
  if (flags.async === undefined && flags.sync === undefined) {
    for (const name of ['topic', 'name'] as const) if (flags[name] !== undefined) throw new UsageError(`--${name} is for a cluster of your own: give --async and --sync as well`);
    return undefined;
  }
  if (flags.async === undefined || flags.sync === undefined) throw new UsageError('--async and --sync go together: what one costs is told by the other');
  if (flags.topic === undefined) throw new UsageError('--topic is missing: which topic of your cluster may be filled?');
  // It goes into a frame as it is.
  if (!/^[%|a-zA-Z0-9_-]{1,127}$/.test(flags.topic)) throw new UsageError(`--topic ${flags.topic} is no name of a topic`);
  return { name: flags.name ?? 'remote', asyncMaster: addressOf('--async', flags.async), syncMaster: addressOf('--sync', flags.sync), topic: flags.topic };
}

function addressOf(flag: string, text: string): Address {
  const match = /^(?:\[(.+)\]|([^:]+)):(\d+)$/.exec(text);
  const port = Number(match?.[3]);
  if (match === null || port < 1 || port > 65_535) throw new UsageError(`${flag} ${text}: expected HOST:PORT`);
  return { host: match[1] ?? match[2] ?? '', port };
}

function namesOf(text: string | undefined, known: readonly string[]): { readonly contenders: readonly ContenderId[] | undefined; readonly variants: readonly VariantName[] | undefined } {
  const names = text?.split(',').map((name) => name.trim()) ?? [];
  for (const name of names) if (!known.includes(name)) throw new UsageError(`--only ${name}: known are ${known.join(', ')}`);
  const contenders = CONTENDERS.filter((id) => names.includes(id));
  const variants = VARIANT_NAMES.filter((name) => names.includes(name));
  return { contenders: contenders.length === 0 ? undefined : contenders, variants: variants.length === 0 ? undefined : variants };
}

function numberOf(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const number = Number(text);
  if (!(number > 0 && number <= 3600)) throw new UsageError(`${flag} ${text}: expected a number above 0`);
  return number;
}

function wholeOf(flag: string, text: string | undefined): number | undefined {
  const number = numberOf(flag, text);
  if (number !== undefined && !Number.isInteger(number)) throw new UsageError(`${flag} ${text}: expected a whole number`);
  return number;
}
