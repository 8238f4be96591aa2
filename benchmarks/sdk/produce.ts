// How fast clients send to our broker: our producer and Java's, one awaited loop, 64 loops, and batches (goal P10).
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { javaAvailable } from '@rocketmq-ts/testkit';
import { BrokerProbe } from '../contenders/broker-probe.ts';
import { ours, type RunningBroker } from '../contenders/contenders.ts';
import { interleaved } from '../load/interleaved.ts';
import { cpuMs } from '../load/process-figures.ts';
import { describeMachine } from '../report/machine.ts';
import { median, spread } from '../report/statistics.ts';
import { goalTable } from '../report/goal-table.ts';
import { micros, perSecond, times } from '../report/units.ts';
import { measureAndReport, type Place, say } from '../run/measurement.ts';
import { readOptions } from '../run/options.ts';
import { CLIENT_NAMES, type Language, startClient } from './client-programs.ts';

const BODY_BYTES = 128;
const HELP = `Sends of ${BODY_BYTES} B to our broker by our producer and Java's, with their defaults.

  npx nx run benchmarks:produce [--quick] [--rounds N] [--only w1,w64,batch] [--report FILE]

  --quick    one round of short runs
  --rounds   how often each is measured (default 4), in the order A-B-B-A
  --only     some of: w1 (one awaited loop), w64 (64 at a time), batch (batches of 100, 4 at a time)
  --report   write the report there instead of printing it
`;

interface Load {
  readonly key: string;
  readonly title: string;
  readonly loops: number;
  readonly batch: number;
}

interface Sample {
  readonly load: Load;
  readonly client: Language;
  readonly perSecond: number;
  readonly clientUs: number;
  readonly brokerUs: number;
}

const LOADS: readonly Load[] = [
  { key: 'w1', title: 'one awaited loop', loops: 1, batch: 1 },
  { key: 'w64', title: '64 awaited loops', loops: 64, batch: 1 },
  { key: 'batch', title: 'batches of 100, 4 awaited loops', loops: 4, batch: 100 },
];
const TOPIC = 'SdkSends';
const QUEUES = 4;
const CLIENT_TIMEOUT_MS = 60_000;

const options = readOptions(HELP, { rounds: 4, lists: { only: LOADS.map(({ key }) => key) } });
const [warmUpMs, measureMs] = options.quick ? [1500, 1500] : [3000, 4000];
const loads = LOADS.filter(({ key }) => options.only.includes(key));
const clients: readonly Language[] = javaAvailable().available ? ['ours', 'Java'] : ['ours'];
if (clients.length === 1) say(`without Java's: ${javaAvailable().reason}\n`);

const samples: Sample[] = [];
let runs = 0;

/** Messages that the broker has. */
async function stored(probe: BrokerProbe): Promise<number> {
  const ends = await Promise.all(Array.from({ length: QUEUES }, (_, queueId) => probe.queueEnd(queueId, TOPIC)));
  return ends.reduce((sum, end) => sum + end, 0);
}

async function sample(folder: string, load: Load, language: Language, broker: RunningBroker, probe: BrokerProbe): Promise<Sample> {
  const home = join(folder, `client-${runs++}`);
  mkdirSync(home);
  const storedBefore = await stored(probe);
  const client = startClient(language, 'produce', home, [broker.namesrvAddr, TOPIC, load.loops, load.batch, BODY_BYTES, warmUpMs, measureMs]);
  try {
    await client.waitForOutput(/^begin$/m, CLIENT_TIMEOUT_MS);
    const before = [cpuMs(client.pid), cpuMs(broker.pid)];
    const [, during = 0, tookMs = 0] = (await client.waitForOutput(/^measured (\d+) ([\d.]+)$/m, CLIENT_TIMEOUT_MS)).map(Number);
    const after = [cpuMs(client.pid), cpuMs(broker.pid)];
    const [, sent = 0, failed = 0] = (await client.waitForOutput(/^end (\d+) (\d+)$/m, CLIENT_TIMEOUT_MS)).map(Number);
    const arrived = (await stored(probe)) - storedBefore;
    if (failed > 0 || arrived !== sent * load.batch) throw new Error(`${load.title}, ${CLIENT_NAMES[language]}: ${failed} sends failed; ${sent * load.batch} messages were acknowledged, ${arrived} are there\n${client.tail()}`);
    const messages = during * load.batch;
    const us = (index: number): number => (((after[index] ?? 0) - (before[index] ?? 0)) * 1000) / messages;
    return { load, client: language, perSecond: (messages * 1000) / tookMs, clientUs: us(0), brokerUs: us(1) };
  } finally {
    await client.stop();
  }
}

async function measure({ folder, signal }: Place, broker: RunningBroker, probe: BrokerProbe): Promise<void> {
  for (const load of loads) {
    for (let round = 0; round < options.rounds; round++) {
      for (const client of interleaved(clients, round)) {
        signal.throwIfAborted();
        say(`${load.title}, round ${round + 1}/${options.rounds}, ${CLIENT_NAMES[client]} … `);
        const one = await sample(folder, load, client, broker, probe);
        say(`${perSecond(one.perSecond)}, client ${micros(one.clientUs)}, broker ${micros(one.brokerUs)} a message\n`);
        samples.push(one);
      }
    }
  }
}

function report(): string | undefined {
  if (samples.length === 0) return undefined;
  const of = (key: string, client: Language): Sample[] => samples.filter((one) => one.load.key === key && one.client === client);
  const rate = (key: string, client: Language): number => (of(key, client).length === 0 ? Number.NaN : median(of(key, client).map((one) => one.perSecond)));
  const rows = loads.flatMap((load) =>
    clients.flatMap((client) => {
      const own = of(load.key, client);
      if (own.length === 0) return [];
      const us = (field: 'clientUs' | 'brokerUs'): string => spread(own.map((one) => one[field]), micros);
      return [`| ${load.title} | ${CLIENT_NAMES[client]} | ${spread(own.map((one) => one.perSecond), perSecond)} | ${us('clientUs')} | ${us('brokerUs')} |`];
    }),
  );
  const goals = goalTable([
    { id: 'P10', what: "one awaited loop, our producer to Java's", bound: 'at least', target: 1.5, figure: rate('w1', 'ours') / rate('w1', 'Java'), unit: times },
    { id: 'P10', what: "64 awaited loops, our producer to Java's", bound: 'at least', target: 1.5, figure: rate('w64', 'ours') / rate('w64', 'Java'), unit: times },
    { id: 'P10', what: 'our producer, batches of 100', bound: 'at least', target: 300_000, figure: rate('batch', 'ours'), unit: perSecond },
  ]);
  return `# Sending through the SDK

Messages of ${BODY_BYTES} B with a tag, to a topic of four queues on one broker (ours, defaults, ASYNC_FLUSH), by one process with our producer or Java's
4.6.0, both with their defaults: each loop (Java: each thread) sends, waits for the answer, and sends again. ${options.rounds} rounds in the order
A-B-B-A, each ${measureMs / 1000} s after ${warmUpMs / 1000} s of warm-up in a new client process. No send failed, and after each run the broker's queues had grown by as
many messages as were acknowledged. Processor time of client and broker over the measured time, from /proc.
${describeMachine().replace('generator', 'client')}

${goals}

| load | producer | messages, median (min … max) | client CPU per message | broker CPU per message |
|---|---|---|---|---|
${rows.join('\n')}
`;
}

await measureAndReport({
  name: 'produce',
  reportFile: options.report,
  report,
  async measure(place) {
    const broker = await ours.start({});
    const probe = new BrokerProbe(broker.port);
    try {
      await measure(place, broker, probe);
    } finally {
      await probe.close();
      await broker.stop();
    }
  },
});
