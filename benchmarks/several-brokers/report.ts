// What the benchmark's report says.
import { cpus } from 'node:os';
import { buildSendFrame, OPAQUE_BASE } from '../load/send-frame.ts';
import { describeOurs } from '../report/machine.ts';
import { median, spread } from '../report/statistics.ts';
import { mebibytes, micros, millis, percent, perSecond } from '../report/units.ts';
import { ALONE, COUNTS, type Layout, LAYOUTS, LOAD, MOST, type Sample, THREADS, warmUpSeconds } from './layouts.ts';
import type { Memory } from './memory.ts';
import { type Outlook, outlook } from './outlook.ts';

export interface Run {
  readonly samples: readonly Sample[];
  readonly rounds: number;
  readonly seconds: number;
  /** What the disk takes. */
  readonly diskMiBPerSecond: number;
}

export function severalBrokersReport(run: Run): string {
  return new Report(run).text();
}

type Value = (sample: Sample) => number;
const rateOf: Value = ({ figures }) => figures.perSecond;
const generatorCpuUs: Value = ({ figures }) => figures.generator.cpuUsPerSend;

function mid(own: readonly Sample[], value: Value): number {
  return own.length === 0 ? Number.NaN : median(own.map(value));
}

const inPercent = (numbers: readonly number[]): string => (numbers.length === 0 ? '–' : spread(numbers, percent));
const eachWay = (own: readonly Sample[], value: (memory: Memory) => number): string => `${mebibytes(mid(own, ({ idle }) => value(idle)))} → ${mebibytes(mid(own, ({ loaded }) => value(loaded)))}`;
const outlookRow = ({ cores: n, atMost, careful, diskMiBPerSecond: disk, networkGbitPerSecond }: Outlook, diskMiBPerSecond: number): string =>
  `| ${n} | ${perSecond(careful)} | ${perSecond(atMost)} | ${disk.toFixed(0)} MiB/s (${percent(disk / diskMiBPerSecond)}) | ${networkGbitPerSecond.toFixed(1)} Gbit/s |`;

/** Made from what has been measured, all of it or what there is. */
class Report {
  readonly #run: Run;

  constructor(run: Run) {
    this.#run = run;
  }

  text(): string {
    const { samples, rounds, seconds } = this.#run;
    const counts = (layout: Layout): number[] => [...new Set(samples.filter((own) => own.layout === layout).map(({ brokers }) => brokers))].sort((a, b) => a - b);
    const layouts = Object.keys(LAYOUTS) as Layout[];
    const rows = (row: (layout: Layout, brokers: number) => string[]): string => layouts.flatMap((layout) => counts(layout).flatMap((brokers) => row(layout, brokers))).join('\n');
    const more = (layout: Layout, brokers: number): string => {
      const ways = [({ resident }: Memory) => resident, ({ proportional }: Memory) => proportional, ({ own }: Memory) => own].map((value) => mebibytes(this.#oneMore(layout, brokers, ({ loaded }) => value(loaded))));
      return `| ${LAYOUTS[layout]} | 1 → ${brokers} | ${ways.join(' | ')} |`;
    };
    const dearer = this.#ratios(({ brokersCpuUs }) => brokersCpuUs, ['threads', THREADS], ['all processors', THREADS]);
    const faster = this.#ratios(rateOf, ['threads', THREADS], ['all processors', THREADS]);
    return `# Several brokers on one machine

Brokers with defaults (ASYNC_FLUSH), one name server, fresh stores in one folder; each broker has a closed loop of its own, ${LOAD.connections} connections × ${LOAD.inFlight} in flight,
${LOAD.bodyBytes} B, whose generator is a thread of another process. ${rounds} round${rounds === 1 ? '' : 's'} of ${seconds} s in the order A-B-B-A, after ${warmUpSeconds(1)} to ${warmUpSeconds(MOST)} s of warm-up: the more brokers share the
processors, the longer. Processor time is user and system time from \`/proc\`, that of brokers and of generators apart; ratios are formed within a round
(what one and two cores do is measured twice in each).
${describeOurs()}

## Sends and processor time

Where brokers and generators share ${cpus().length} cores, sends per second end where these are busy; what can be seen beyond is whether a send gets dearer. Cores are
how many were busy on average. RT grows with what is in flight together. One broker's: in the same layout; for threads that of a process, for
both on one core that of one with a core for itself.

| layout | brokers | sends/s together, median (min … max) | brokers' CPU per send | of one broker's | generators' CPU per send | cores: brokers + generators | RT p50 | p99 |
|---|---|---|---|---|---|---|---|---|
${rows((layout, brokers) => this.#loadRow(layout, brokers))}

## Is it the sum?

A broker and its generator on one core, and the same on other cores at the same time. 100 %: none is in another's way. Beside it
bare loops (frames, one write a turn, answers; nothing else) in the same places: what they lose too is the machine's.

| cores, each with broker and generator | brokers, of so many times one | bare loops | brokers' CPU per send, of one's |
|---|---|---|---|
${this.#sumRows().join('\n')}

## Memory

All brokers together, idle → after the load. Resident counts pages that processes share in each of them, PSS shares them out, private
ones would be free without the brokers.

| layout | brokers | resident | PSS | private |
|---|---|---|---|---|
${rows((layout, brokers) => this.#memoryRow(layout, brokers))}

What each broker more takes under load, from the difference to one process with one broker:

| layout | brokers | resident | PSS | private |
|---|---|---|---|---|
${[...counts('all processors').filter((n) => n > 1).map((n) => more('all processors', n)), ...counts('threads').map((n) => more('threads', n))].join('\n')}

${THREADS} brokers in threads of one process took ${inPercent(faster)} of the sends per second that ${THREADS} processes took, at ${inPercent(dearer)} of their CPU per send.

## More cores

${this.#outlookOf()}
`;
  }

  #of(layout: Layout, brokers: number): Sample[] {
    return this.#run.samples.filter((own) => own.layout === layout && own.brokers === brokers);
  }

  /** The ratio of two cases within each lap that has both. */
  #ratios(value: Value, [layout, brokers]: readonly [Layout, number], base: readonly [Layout, number]): number[] {
    return this.#of(layout, brokers).flatMap((own) => this.#of(...base).filter(({ lap }) => lap === own.lap).map((other) => value(own) / value(other)));
  }

  #loadRow(layout: Layout, brokers: number): string[] {
    const own = this.#of(layout, brokers);
    if (own.length === 0) return [];
    const failed = own.reduce((sum, { figures }) => sum + figures.failed, 0);
    const failure = failed === 0 ? '' : ` (${failed} failed: ${own.find(({ figures }) => figures.failed > 0)?.figures.firstFailure ?? ''})`;
    const cells = [
      LAYOUTS[layout],
      String(brokers),
      spread(own.map(rateOf), perSecond) + failure,
      spread(own.map(({ brokersCpuUs }) => brokersCpuUs), micros),
      brokers === 1 ? '' : inPercent(this.#ratios(({ brokersCpuUs }) => brokersCpuUs, [layout, brokers], [ALONE[layout], 1])),
      micros(mid(own, generatorCpuUs)),
      `${mid(own, (one) => (rateOf(one) * one.brokersCpuUs) / 1e6).toFixed(2)} + ${mid(own, (one) => (rateOf(one) * generatorCpuUs(one)) / 1e6).toFixed(2)}`,
      millis(mid(own, ({ figures }) => figures.rt.p50)),
      millis(mid(own, ({ figures }) => figures.rt.p99)),
    ];
    return [`| ${cells.join(' | ')} |`];
  }

  #memoryRow(layout: Layout, brokers: number): string[] {
    const own = this.#of(layout, brokers);
    if (own.length === 0 || layout.startsWith('bare')) return [];
    const cells = [LAYOUTS[layout], String(brokers), eachWay(own, ({ resident }) => resident), eachWay(own, ({ proportional }) => proportional), eachWay(own, (memory) => memory.own)];
    return [`| ${cells.join(' | ')} |`];
  }

  /** What a broker more takes, from one to `brokers` of them, MiB. */
  #oneMore(layout: Layout, brokers: number, value: (sample: Sample) => number): number {
    return (mid(this.#of(layout, brokers), value) - mid(this.#of('all processors', 1), value)) / (brokers - 1);
  }

  #sumRows(): string[] {
    return COUNTS.filter((count) => count > 1 && this.#of('one core each', count).length > 0).map((count) => {
      const kept = (layout: Layout): string => inPercent(this.#ratios(rateOf, [layout, count], [layout, 1]).map((ratio) => ratio / count));
      const dearer = this.#ratios(({ brokersCpuUs }) => brokersCpuUs, ['one core each', count], ['one core each', 1]);
      return `| ${count} | ${kept('one core each')} | ${kept('bare on one core each')} | ${inPercent(dearer)} |`;
    });
  }

  #outlookOf(): string {
    const { diskMiBPerSecond } = this.#run;
    const alone = this.#of('apart', 1);
    const kept = this.#ratios(rateOf, ['one core each', 2], ['one core each', 1]).map((ratio) => ratio / 2);
    if (alone.length === 0 || kept.length === 0) return 'Not computed: it takes the layouts "apart" and "one core each", two cores and `taskset`.';
    const { bytes } = buildSendFrame({ topic: 'BenchmarkTest', queueId: 0, bodyBytes: LOAD.bodyBytes, opaque: OPAQUE_BASE, uniqPrefix: '0'.repeat(24), waitStoreMsgOk: true });
    const measured = { sendsPerSecond: mid(alone, rateOf), keptByTwo: Math.min(...kept), diskBytesPerSend: mid(alone, ({ diskBytesPerSend }) => diskBytesPerSend), requestBytes: bytes.length };
    const busy = mid(alone, (one) => (rateOf(one) * one.brokersCpuUs) / 1e6);
    return `**Computed, not measured.** One broker with a core for itself took ${perSecond(measured.sendsPerSecond)}, for which that core was busy ${percent(busy)} of the time (its generator's
loop, on another core, ${percent(mid(alone, ({ figures }) => figures.generator.utilization))}). n cores with a broker each are n times that at most; the careful figure takes off for each doubling what two
units on two cores lost at worst against twice one of them (${percent(1 - Math.min(1, measured.keptByTwo))}). This holds if the generators are on other machines; if the kernel's work for
a network card costs no more than loopback, of which each side bears a part here, and has cores of its own; if memory and its caches serve
n cores as they serve two; and if disk and network take what comes. A send makes the disk write ${measured.diskBytesPerSend.toFixed(0)} B sooner or later (log, queue and
index; \`write_bytes\` of \`/proc/PID/io\`), and its request is ${measured.requestBytes} B on the wire. The disk of this machine takes ${diskMiBPerSecond.toFixed(0)} MiB/s.

| cores, a broker on each | sends/s, careful | at most | to the disk (of what this one takes) | requests on the wire |
|---|---|---|---|---|
${COUNTS.map((n) => outlookRow(outlook(measured, n), diskMiBPerSecond)).join('\n')}`;
  }
}
