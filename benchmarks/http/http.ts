// The HTTP endpoint of the broker: how fast it answers (autocannon), and what scraping it ten times a second, and counting
// at all, costs those who send.
import autocannon from 'autocannon';
import { freePort } from '@rocketmq-ts/testkit';
import { ours, type RunningBroker } from '../contenders/contenders.ts';
import { RunningBrokers } from '../contenders/running-brokers.ts';
import { measureBoth } from '../load/interleaved.ts';
import { withoutFailure } from '../load/failures.ts';
import { cpuUsPerSend, LoadComparison, sendsPerSecond } from '../load/load-comparison.ts';
import { type LoadFigures, LoadRunner } from '../load/load-runner.ts';
import { cpuMs } from '../load/process-figures.ts';
import { describeMachine } from '../report/machine.ts';
import { median, spread } from '../report/statistics.ts';
import { percent } from '../report/units.ts';
import { measureAndReport, say, sleep } from '../run/measurement.ts';
import { readOptions } from '../run/options.ts';
import { Scraper } from './scraper.ts';

const HELP = `What the broker's HTTP endpoint costs those who send, and how fast it answers.

  npx nx run benchmarks:http [--quick] [--rounds N] [--seconds S] [--report FILE]

  --quick    one round of 1 s
  --rounds   how often each pair is measured (default 5), in the order A-B-B-A
  --seconds  of each measurement (default 3)
  --report   write the report there instead of printing it
`;
const { rounds, seconds, report: reportFile } = readOptions(HELP, { rounds: 5, seconds: 3, quickSeconds: 1, fractions: true });

const SCRAPE_PERIOD_MS = 100;
const GOAL_SHARE = 0.01;
const WIDE_TOPICS = 1000;
const LOAD = { kind: 'closed', connections: 4, inFlight: 16, bodyBytes: 128 } as const;
/** Processor time is read to 10 ms. */
const OWN_COST_MS = 2000 * seconds;
const REST_MS = 2000;
const REST_SHARE = 0.005;
const REST_LIMIT_MS = 60_000;
const TIMES = { warmUpSeconds: 0.5, measureSeconds: seconds };

interface Place {
  readonly broker: RunningBroker;
  readonly url: string;
  readonly topics: number;
}

interface OwnCost {
  readonly topics: number;
  readonly scrapeBytes: number;
  /** Of a core: with scrapes less without. */
  readonly share: number;
}

interface Page {
  readonly path: string;
  readonly topics: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly bytes: number;
}

const own: OwnCost[] = [];
const costs: LoadComparison[] = [];
const pages: Page[] = [];

/** Measures on brokers that are alive at once. */
class HttpBenchmark {
  readonly #signal: AbortSignal;
  readonly #runner = new LoadRunner();
  readonly #brokers = new RunningBrokers();

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  async run(): Promise<void> {
    const [few, wide] = [await this.#start(1), await this.#start(WIDE_TOPICS)];
    for (const place of [few, wide]) await this.#ownCost(place);
    const off = await this.#brokers.start(ours);
    withoutFailure(await this.#send({ broker: off, topics: 1 }));
    await this.#compare('scraped ten times a second', () => this.#send(few), () => this.#sendScraped(few));
    await this.#compare(`the same, ${WIDE_TOPICS} topics`, () => this.#send(wide), () => this.#sendScraped(wide));
    await this.#compare('metrics on and not scraped, against off', () => this.#send({ broker: off, topics: 1 }), () => this.#send(few));
    for (const [place, path] of [[few, '/healthz'], [few, '/readyz'], [few, '/metrics'], [wide, '/metrics']] as const) await this.#page(place, path);
  }

  async end(): Promise<void> {
    await this.#runner.close();
    await this.#brokers.stopAll();
  }

  /** A broker with metrics on, whose topics have messages. */
  async #start(topics: number): Promise<Place> {
    const port = await freePort({ from: 23_000, to: 23_900 });
    const broker = await this.#brokers.start(ours, { metricsExporterType: 'PROM', metricsPromExporterHost: '127.0.0.1', metricsPromExporterPort: port });
    const place = { broker, url: `http://127.0.0.1:${port}`, topics };
    withoutFailure(await this.#send(place, { warmUpSeconds: 1, measureSeconds: 1 }));
    return place;
  }

  #send({ broker, topics }: Pick<Place, 'broker' | 'topics'>, times = TIMES): Promise<LoadFigures> {
    const shape = topics === 1 ? LOAD : { ...LOAD, topics, queues: 1 };
    return this.#runner.run(broker, shape, times, [broker.pid], this.#signal);
  }

  async #sendScraped(place: Place): Promise<LoadFigures> {
    const scraper = new Scraper(`${place.url}/metrics`, SCRAPE_PERIOD_MS);
    try {
      return await this.#send(place);
    } finally {
      scraper.stop();
    }
  }

  async #compare(title: string, without: () => Promise<LoadFigures>, withIt: () => Promise<LoadFigures>): Promise<void> {
    const cost = new LoadComparison(title);
    costs.push(cost);
    await cost.measure(rounds, { without, withIt }, (round) => say(`${title}: round ${round + 1} of ${rounds}\n`));
  }

  /** What scraping itself takes of the broker's processor time; nobody sends meanwhile, so that there is little noise. */
  async #ownCost({ broker, url, topics }: Place): Promise<void> {
    await this.#atRest(broker);
    let scrapeBytes = 0;
    const scraped = async (): Promise<number> => {
      const scraper = new Scraper(`${url}/metrics`, SCRAPE_PERIOD_MS);
      try {
        return await this.#busyShare(broker, OWN_COST_MS);
      } finally {
        scrapeBytes = scraper.stop().bytesEach;
      }
    };
    const sides = { without: () => this.#busyShare(broker, OWN_COST_MS), withIt: scraped };
    const onRound = (round: number): void => say(`scraping alone, ${topics} topics: round ${round + 1} of ${rounds}\n`);
    for await (const { without, withIt } of measureBoth(rounds, sides, onRound)) own.push({ topics, scrapeBytes, share: withIt - without });
  }

  /** What a load leaves behind is written and flushed for some seconds, the more the more topics it went to. */
  async #atRest(broker: RunningBroker): Promise<void> {
    for (const deadline = performance.now() + REST_LIMIT_MS; performance.now() < deadline; ) if ((await this.#busyShare(broker, REST_MS)) <= REST_SHARE) return;
    throw new Error(`the broker was not at rest within ${REST_LIMIT_MS / 1000} s`);
  }

  /** Of a core. */
  async #busyShare(broker: RunningBroker, forMs: number): Promise<number> {
    const [before, startedAt] = [cpuMs(broker.pid), performance.now()];
    await sleep(forMs, this.#signal);
    return (cpuMs(broker.pid) - before) / (performance.now() - startedAt);
  }

  async #page({ url, topics }: Place, path: string): Promise<void> {
    this.#signal.throwIfAborted();
    say(`autocannon ${path}, ${topics} topics\n`);
    const result = await autocannon({ url: `${url}${path}`, connections: 8, duration: Math.max(1, Math.round(seconds)) });
    if (result.non2xx > 0 || result.errors > 0) throw new Error(`${path}: ${result.non2xx} answers were no success, ${result.errors} requests failed`);
    pages.push({ path, topics, perSecond: result.requests.average, p50Ms: result.latency.p50, p99Ms: result.latency.p99, bytes: Math.round(result.throughput.total / result.requests.total) });
  }
}

function costRow(cost: LoadComparison): string[] {
  if (!cost.isMeasured) return [];
  const lost = cost.ratios(sendsPerSecond).map((ratio) => 1 - ratio);
  const more = cost.ratios(cpuUsPerSend).map((ratio) => ratio - 1);
  const us = (['without', 'withIt'] as const).map((side) => median(cost.of(side, cpuUsPerSend)).toFixed(2));
  return [`| ${cost.title} | ${spread(lost, percent)} | ${spread(more, percent)} | ${us.join(' → ')} |`];
}

function ownRow(topics: number): string[] {
  const rounds = own.filter((one) => one.topics === topics);
  if (rounds.length === 0) return [];
  const shares = rounds.map(({ share }) => share);
  const taken = median(shares);
  const verdict = taken <= GOAL_SHARE ? 'met' : `not met: ${percent(taken - GOAL_SHARE)} more`;
  return [`| ${topics} | ${((rounds[0]?.scrapeBytes ?? 0) / 1024).toFixed(0)} KiB | ${spread(shares, (share) => `${(share * 100).toFixed(2)} %`)} | ${verdict} |`];
}

function report(): string | undefined {
  if (own.length === 0) return undefined;
  return `# The HTTP endpoint of the broker

${describeMachine()}

\`npx nx run benchmarks:http --rounds ${rounds} --seconds ${seconds}\`. Closed loop, 4 connections × 16 in flight, 128 B, ASYNC_FLUSH; each comparison in turn
(A-B-B-A) on the same brokers, ${rounds} rounds, median (min … max) over the rounds. A loss below 0 is noise. Processor time per send is the steadier figure.

## What it costs those who send

Goal: scraping ten times a second costs at most ${percent(GOAL_SHARE)} of throughput. The text is made once a second at most, however often it is asked for; a long one
is packed (gzip) for the scraper, by a thread beside the event loop. A broker that is fully loaded has one core for its loop: what scraping takes of a
core is what senders lose at most. That is measured on a broker without load that has written all it was sent, in turn with and without scrapes:

| topics with messages | a scrape, as sent | processor time of ten scrapes a second, of one core | goal |
|---|---|---|---|
${[1, WIDE_TOPICS].flatMap(ownRow).join('\n')}

The same under full load, where generator and scraper share the two cores with the broker. Where the range is wider than the goal, it says only that no
great loss is hidden:

| what | sends/s lost | processor time per send more | µs per send |
|---|---|---|---|
${costs.flatMap(costRow).join('\n')}

## How fast it answers

autocannon, 8 connections, nothing else going on.

| path | topics with messages | requests/s | p50 | p99 | bytes |
|---|---|---|---|---|---|
${pages.map(({ path, topics, perSecond, p50Ms, p99Ms, bytes }) => `| \`${path}\` | ${topics} | ${perSecond.toFixed(0)} | ${p50Ms} ms | ${p99Ms} ms | ${bytes} |`).join('\n')}
`;
}

await measureAndReport({
  name: 'http',
  reportFile,
  report,
  async measure({ signal }) {
    const benchmark = new HttpBenchmark(signal);
    try {
      await benchmark.run();
    } finally {
      await benchmark.end();
    }
  },
});
