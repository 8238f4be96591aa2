// The HTTP endpoint of the broker: how fast it answers (autocannon), and what scraping it ten times a second, and counting
// at all, costs those who send.
//
//   npx nx run benchmarks:http [--quick] [--rounds N] [--seconds S] [--report FILE]
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import autocannon from 'autocannon';
import { freePort } from '@rocketmq-ts/testkit';
import { ours, type RunningBroker } from '../contenders/contenders.ts';
import { type Both, measureBoth } from '../load/interleaved.ts';
import { type LoadFigures, LoadRunner } from '../load/load-runner.ts';
import { cpuMs } from '../load/process-figures.ts';
import { describeMachine } from '../report/machine.ts';
import { median, spread } from '../report/statistics.ts';
import { Scraper } from './scraper.ts';

const HELP = `Usage: benchmarks:http [options]
  --quick         one round, short
  --rounds N      pairs of measurements of each comparison (5)
  --seconds S     of each measurement (3)
  --report FILE   write the report there instead of to the standard output
`;
const { values: flags } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, rounds: { type: 'string' }, seconds: { type: 'string' }, report: { type: 'string' }, help: { type: 'boolean', default: false } },
});
if (flags.help) {
  process.stdout.write(HELP);
  process.exit(0);
}
const rounds = positive('--rounds', flags.rounds ?? (flags.quick ? '1' : '5'));
const seconds = positive('--seconds', flags.seconds ?? (flags.quick ? '1' : '3'));

const SCRAPE_PERIOD_MS = 100;
const GOAL_PERCENT = 1;
const WIDE_TOPICS = 1000;
const LOAD = { kind: 'closed', connections: 4, inFlight: 16, bodyBytes: 128 } as const;
const TIMES = { warmUpSeconds: 0.5, measureSeconds: seconds };
const runner = new LoadRunner();
const brokers: RunningBroker[] = [];
const say = (text: string): boolean => process.stderr.write(`${text}\n`);
const percent = (n: number): string => `${n.toFixed(1)} %`;

process.once('SIGINT', () => void end().then(() => process.exit(130)));
process.once('SIGTERM', () => void end().then(() => process.exit(143)));

function positive(name: string, text: string): number {
  const value = Number(text);
  if (value > 0) return value;
  process.stderr.write(`${name} is a number above 0, not '${text}'\n`);
  process.exit(2);
}

interface Place {
  readonly broker: RunningBroker;
  readonly url: string;
  readonly topics: number;
}

/** A broker with metrics on, whose topics have messages. */
async function start(topics: number): Promise<Place> {
  const port = await freePort({ from: 23_000, to: 23_900 });
  const broker = await ours.start({ metricsExporterType: 'PROM', metricsPromExporterHost: '127.0.0.1', metricsPromExporterPort: port });
  brokers.push(broker);
  const place = { broker, url: `http://127.0.0.1:${port}`, topics };
  await send(place, { warmUpSeconds: 1, measureSeconds: 1 });
  return place;
}

async function send({ broker, topics }: Pick<Place, 'broker' | 'topics'>, times = TIMES): Promise<LoadFigures> {
  const shape = topics === 1 ? LOAD : { ...LOAD, topics, queues: 1 };
  const figures = await runner.run({ host: '127.0.0.1', port: broker.port }, shape, times, [broker.pid]);
  if (figures.failed > 0) throw new Error(`${figures.failed} sends failed: ${figures.firstFailure}`);
  return figures;
}

interface Cost {
  readonly title: string;
  /** With against without, of each round. */
  readonly throughputLoss: readonly number[];
  readonly cpuMore: readonly number[];
  readonly cpuUs: readonly [without: number, withIt: number];
}

async function compare(title: string, without: () => Promise<LoadFigures>, withIt: () => Promise<LoadFigures>): Promise<Cost> {
  const pairs: Both<LoadFigures>[] = [];
  for await (const pair of measureBoth(rounds, { without, withIt }, (round) => say(`${title}: round ${round + 1} of ${rounds}`))) pairs.push(pair);
  const cpu = (figures: LoadFigures): number => figures.processes[0]?.cpuUsPerSend ?? Number.NaN;
  return {
    title,
    throughputLoss: pairs.map((pair) => 100 * (1 - pair.withIt.sendsPerSecond / pair.without.sendsPerSecond)),
    cpuMore: pairs.map((pair) => 100 * (cpu(pair.withIt) / cpu(pair.without) - 1)),
    cpuUs: [median(pairs.map((pair) => cpu(pair.without))), median(pairs.map((pair) => cpu(pair.withIt)))],
  };
}

function scrapingCost(title: string, place: Place): Promise<Cost> {
  return compare(
    title,
    () => send(place),
    async () => {
      const scraper = new Scraper(`${place.url}/metrics`, SCRAPE_PERIOD_MS);
      try {
        return await send(place);
      } finally {
        scraper.stop();
      }
    },
  );
}

interface OwnCost {
  readonly topics: number;
  readonly scrapeBytes: number;
  /** Of a core, percent: with scrapes less without, of each round. */
  readonly share: readonly number[];
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** What scraping itself takes of the broker's processor time; nobody sends meanwhile, so that there is little noise. */
async function ownCost(place: Place): Promise<OwnCost> {
  const share: number[] = [];
  let scrapeBytes = 0;
  const spent = async (): Promise<number> => {
    const [before, startedAt] = [cpuMs(place.broker.pid), performance.now()];
    await sleep(2000 * seconds);
    return (100 * (cpuMs(place.broker.pid) - before)) / (performance.now() - startedAt);
  };
  for (let round = 0; round < rounds; round++) {
    say(`scraping alone, ${place.topics} topics: round ${round + 1} of ${rounds}`);
    const without = await spent();
    const scraper = new Scraper(`${place.url}/metrics`, SCRAPE_PERIOD_MS);
    try {
      share.push((await spent()) - without);
    } finally {
      scrapeBytes = scraper.stop().bytesEach;
    }
  }
  return { topics: place.topics, scrapeBytes, share };
}

interface Page {
  readonly path: string;
  readonly topics: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly bytes: number;
}

async function page(place: Place, path: string): Promise<Page> {
  say(`autocannon ${path}, ${place.topics} topics`);
  const result = await autocannon({ url: `${place.url}${path}`, connections: 8, duration: Math.max(1, Math.round(seconds)) });
  if (result.non2xx > 0 || result.errors > 0) throw new Error(`${path}: ${result.non2xx} answers were no success, ${result.errors} requests failed`);
  return { path, topics: place.topics, perSecond: result.requests.average, p50Ms: result.latency.p50, p99Ms: result.latency.p99, bytes: Math.round(result.throughput.total / result.requests.total) };
}

function costRow({ title, throughputLoss, cpuMore, cpuUs }: Cost): string {
  return `| ${title} | ${spread(throughputLoss, percent)} | ${spread(cpuMore, percent)} | ${cpuUs.map((us) => us.toFixed(2)).join(' → ')} |`;
}

function ownRow({ topics, scrapeBytes, share }: OwnCost): string {
  const taken = median(share);
  const verdict = taken <= GOAL_PERCENT ? 'met' : `not met: ${percent(taken - GOAL_PERCENT)} more`;
  return `| ${topics} | ${(scrapeBytes / 1024).toFixed(0)} KiB | ${spread(share, (n) => `${n.toFixed(2)} %`)} | ${verdict} |`;
}

function report(pages: readonly Page[], own: readonly OwnCost[], costs: readonly Cost[]): string {
  return `# The HTTP endpoint of the broker

${describeMachine()}

\`npx nx run benchmarks:http --rounds ${rounds} --seconds ${seconds}\`. Closed loop, 4 connections × 16 in flight, 128 B, ASYNC_FLUSH; each comparison in turn
(A-B-B-A) on the same brokers, ${rounds} rounds, median (min … max) over the rounds. A loss below 0 is noise. Processor time per send is the steadier figure.

## What it costs those who send

Goal: scraping ten times a second costs at most ${GOAL_PERCENT} % of throughput. The text is made once a second at most, however often it is asked for; a long one
is packed (gzip) for the scraper, by a thread beside the event loop. A broker that is fully loaded has one core for its loop: what scraping takes of a
core is what senders lose at most. That is measured on a broker without load, where a hundredth can be told from noise:

| topics with messages | a scrape, as sent | processor time of ten scrapes a second, of one core | goal |
|---|---|---|---|
${own.map(ownRow).join('\n')}

The same under full load, where generator and scraper share the two cores with the broker. Where the range is wider than the goal, it says only that no
great loss is hidden:

| what | sends/s lost | processor time per send more | µs per send |
|---|---|---|---|
${costs.map(costRow).join('\n')}

## How fast it answers

autocannon, 8 connections, nothing else going on.

| path | topics with messages | requests/s | p50 | p99 | bytes |
|---|---|---|---|---|---|
${pages.map(({ path, topics, perSecond, p50Ms, p99Ms, bytes }) => `| \`${path}\` | ${topics} | ${perSecond.toFixed(0)} | ${p50Ms} ms | ${p99Ms} ms | ${bytes} |`).join('\n')}
`;
}

async function end(): Promise<void> {
  await runner.close();
  for (const broker of brokers.splice(0)) await broker.stop();
}

try {
  const [few, wide] = [await start(1), await start(WIDE_TOPICS)];
  const own = [await ownCost(few), await ownCost(wide)];
  const off = await ours.start({});
  brokers.push(off);
  await send({ broker: off, topics: 1 });
  const costs = [
    await scrapingCost('scraped ten times a second', few),
    await scrapingCost(`the same, ${WIDE_TOPICS} topics`, wide),
    await compare('metrics on and not scraped, against off', () => send({ broker: off, topics: 1 }), () => send(few)),
  ];
  const pages: Page[] = [];
  for (const [place, path] of [[few, '/healthz'], [few, '/readyz'], [few, '/metrics'], [wide, '/metrics']] as const) pages.push(await page(place, path));
  const text = report(pages, own, costs);
  if (flags.report === undefined) process.stdout.write(text);
  else writeFileSync(flags.report, text);
} catch (error) {
  process.stderr.write(`benchmarks:http: ${(error as Error).message}\n`);
  process.exitCode = 1;
} finally {
  await end();
}
