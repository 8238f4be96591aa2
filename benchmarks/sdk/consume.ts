// How fast a backlog is consumed: Java's push consumer from Java's broker and from ours, and our push consumer from ours (goals P8, P9).
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { javaAvailable } from '@rocketmq-ts/testkit';
import { type Contender, javaDefault, javaTuned, ours, type RunningBroker } from '../contenders/contenders.ts';
import { RunningBrokers } from '../contenders/running-brokers.ts';
import { interleaved } from '../load/interleaved.ts';
import { cpuMs } from '../load/process-figures.ts';
import { describeMachine } from '../report/machine.ts';
import { median, spread } from '../report/statistics.ts';
import { goalTable } from '../report/goal-table.ts';
import { micros, perSecond, times } from '../report/units.ts';
import { measureAndReport, type Place, say } from '../run/measurement.ts';
import { readOptions } from '../run/options.ts';
import { fillBacklog } from './backlog.ts';
import { CLIENT_NAMES, type Language, startClient } from './client-programs.ts';
import { BODY_BYTES } from './numbered-body.ts';

const HELP = `A backlog of 1,000,000 messages of ${BODY_BYTES} B in a topic of four queues, consumed by push consumers with their defaults.

  npx nx run benchmarks:consume [--quick] [--rounds N] [--only ours,default,tuned,sdk] [--report FILE]

  --quick    one round of 200,000 messages
  --rounds   how often each pair of client and broker is measured (default 4), in the order A-B-B-A
  --only     some of: default (Java on Java's broker), tuned (the same, tuned), ours (Java on our broker), sdk (our client on our broker)
  --report   write the report there instead of printing it
`;

interface Pair {
  readonly key: string;
  readonly client: Language;
  readonly broker: Contender;
}

interface Sample {
  readonly pair: Pair;
  readonly perSecond: number;
  readonly clientUs: number;
  readonly brokerUs: number;
  readonly again: number;
}

/** Zero copy instead of a copy through the heap: what there is to tune for pulls in 4.6.0. */
const TUNED_PULLS = { transferMsgByHeap: false };
const TOPIC = 'SdkBacklog';
const CLIENT_TIMEOUT_MS = 120_000;

const options = readOptions(HELP, { rounds: 4, lists: { only: ['default', 'tuned', 'ours', 'sdk'] } });
const count = options.quick ? 200_000 : 1_000_000;
const tuned: Contender = { ...javaTuned, start: (config) => javaTuned.start({ ...TUNED_PULLS, ...config }) };
const pairs: readonly Pair[] = [
  { key: 'default', client: 'Java', broker: javaDefault },
  { key: 'tuned', client: 'Java', broker: tuned },
  { key: 'ours', client: 'Java', broker: ours },
  { key: 'sdk', client: 'ours', broker: ours },
];
const isWanted = ({ key, client }: Pair): boolean => options.only.includes(key) && (client === 'ours' || javaAvailable().available);
const wanted = pairs.filter(isWanted);
if (wanted.length < pairs.length && !javaAvailable().available) say(`without Java's: ${javaAvailable().reason}\n`);

const samples: Sample[] = [];
let runs = 0;

async function sample(folder: string, pair: Pair, broker: RunningBroker): Promise<Sample> {
  const home = join(folder, `client-${runs++}`);
  mkdirSync(home);
  const client = startClient(pair.client, 'consume', home, [broker.namesrvAddr, TOPIC, `group_${runs}`, count]);
  try {
    await client.waitForOutput(/^first$/m, CLIENT_TIMEOUT_MS);
    const before = [cpuMs(client.pid), cpuMs(broker.pid)];
    const last = await client.waitForOutput(/^last ([\d.]+)$/m, CLIENT_TIMEOUT_MS);
    const after = [cpuMs(client.pid), cpuMs(broker.pid)];
    client.endInput();
    const [, delivered = 0, different = 0, damaged = 0] = (await client.waitForOutput(/^end (\d+) (\d+) (\d+)$/m, CLIENT_TIMEOUT_MS)).map(Number);
    if (different !== count || damaged > 0) throw new Error(`${pair.key}: ${different} of ${count} messages arrived, ${damaged} are damaged`);
    const us = (index: number): number => (((after[index] ?? 0) - (before[index] ?? 0)) * 1000) / count;
    return { pair, perSecond: (count * 1000) / Number(last[1]), clientUs: us(0), brokerUs: us(1), again: delivered - different };
  } finally {
    await client.stop();
  }
}

const nameOf = ({ client, broker }: Pair): string => `${CLIENT_NAMES[client]} client ← ${broker.name} broker`;

async function measure({ folder, signal }: Place): Promise<void> {
  const running = new RunningBrokers();
  try {
    const brokers = new Map<Contender, RunningBroker>();
    for (const contender of new Set(wanted.map(({ broker }) => broker))) {
      say(`filling ${contender.name} … `);
      const broker = await running.start(contender);
      brokers.set(contender, broker);
      const startedAt = performance.now();
      await fillBacklog(broker.namesrvAddr, TOPIC, count);
      say(`${perSecond((count * 1000) / (performance.now() - startedAt))}\n`);
    }
    for (let round = 0; round < options.rounds; round++) {
      for (const pair of interleaved(wanted, round)) {
        signal.throwIfAborted();
        say(`round ${round + 1}/${options.rounds} ${nameOf(pair)} … `);
        const one = await sample(folder, pair, brokers.get(pair.broker)!);
        say(`${perSecond(one.perSecond)}, client ${micros(one.clientUs)}, broker ${micros(one.brokerUs)} a message\n`);
        samples.push(one);
      }
    }
  } finally {
    await running.stopAll();
  }
}

function report(): string | undefined {
  if (samples.length === 0) return undefined;
  const of = (key: string): Sample[] => samples.filter(({ pair }) => pair.key === key);
  const rate = (key: string): number => (of(key).length === 0 ? Number.NaN : median(of(key).map((one) => one.perSecond)));
  const java = Math.max(...[rate('default'), rate('tuned')].filter((n) => !Number.isNaN(n)));
  const rows = wanted.filter(({ key }) => of(key).length > 0).map((pair) => {
    const own = of(pair.key);
    const again = own.reduce((sum, one) => sum + one.again, 0);
    const us = (field: 'clientUs' | 'brokerUs'): string => spread(own.map((one) => one[field]), micros);
    return `| ${nameOf(pair)} | ${spread(own.map((one) => one.perSecond), perSecond)} | ${us('clientUs')} | ${us('brokerUs')} | ${again} |`;
  });
  const goals = goalTable([
    { id: 'P8', what: "Java's consumer from our broker, to the same from the better of Java's", bound: 'at least', target: 1.5, figure: Number.isFinite(java) ? rate('ours') / java : Number.NaN, unit: times },
    { id: 'P9', what: 'our consumer, one process', bound: 'at least', target: 150_000, figure: rate('sdk'), unit: perSecond },
    { id: 'P9', what: "our consumer to Java's, both from our broker", bound: 'at least', target: 2, figure: rate('sdk') / rate('ours'), unit: times },
  ]);
  return `# Consuming a backlog

${count.toLocaleString('en')} messages of ${BODY_BYTES} B with TAGS, UNIQ_KEY and WAIT, in a topic of four queues, consumed by one push consumer of a new group with
its defaults (pullBatchSize 32, one message per call of the listener, offsets kept at the broker) whose listener ticks the message off and returns, ${options.rounds} rounds in the order A-B-B-A, each
broker filled once. The time runs in the client, from the first to the last message; every message has arrived, whole, told by the number
in its body ("again": delivered once more). Processor time of client and broker over that time, from /proc.
${describeMachine().replace('generator', 'client')}

${goals}

| client ← broker | messages, median (min … max) | client CPU per message | broker CPU per message | again |
|---|---|---|---|---|
${rows.join('\n')}

- **${javaDefault.name}** broker: ${javaDefault.description}; **${javaTuned.name}**: ${javaTuned.description}, transferMsgByHeap=false. Java's client: -Xmx1g.
`;
}

await measureAndReport({ name: 'consume', reportFile: options.report, measure, report });
