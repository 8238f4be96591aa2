// A slowdown of codec or append that noise cannot feign: the median of many short samples, each in times of a fixed loop
// timed right before it, for a processor has its own speed from moment to moment. On a busy machine most samples still
// run undisturbed.
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { median } from '../report/statistics.ts';
import { untilInterrupted } from '../run/interruption.ts';
import { fixedLoop } from './fixed-loop.ts';
import { openGateSubjects } from './subjects.ts';
import { type Baseline, compareWithBaseline, leastOf, type Ratios } from './verdict.ts';

const HELP = `npx nx run benchmarks:gate [options]

Fails (exit code 1) when codec or append has become more than 1.6 times as slow as benchmarks/gate/baseline.json
says. A time is the median of many samples of some 100 µs, each divided by that of a fixed loop measured right before it, so that
neither another machine nor a busy one matters much. What seems too slow is measured twice more before it counts.

  --json FILE      writes the ratios, for benchmarks:compare
  --update         writes them as the new baseline: after a slowdown that is meant, or a gain that is to be kept
  --slow ID=N      does the work of a subject N times, to see the gate fail
  --help
`;

const BASELINE = new URL('baseline.json', import.meta.url);
const LIMIT = 1.6;
const SAMPLES = 700;
const WARM_UP_SAMPLES = 100;
/** A sample lasts about so long: far less than a slice of the scheduler. */
const SAMPLE_MS = 0.1;
const ATTEMPTS = 3;

const { values: flags } = parseArgs({ options: { json: { type: 'string' }, update: { type: 'boolean', default: false }, slow: { type: 'string' }, help: { type: 'boolean', default: false } } });
if (flags.help) {
  process.stdout.write(HELP);
  process.exit(0);
}
const { subjects: gateSubjects, close } = await openGateSubjects();
const signal = untilInterrupted();
signal.addEventListener('abort', () => void close().finally(() => process.exit()));
const [slowId, slowTimes] = flags.slow?.split('=') ?? [];
const subjects = gateSubjects.map(({ id, run }) => ({ id, run: id === slowId ? repeated(run, Number(slowTimes)) : run }));
if (slowId !== undefined && (!gateSubjects.some(({ id }) => id === slowId) || !(Number(slowTimes) >= 1))) {
  process.stderr.write(`--slow ${flags.slow}: a subject and how many times, such as ${gateSubjects[0]?.id}=2; there is ${gateSubjects.map(({ id }) => id).join(', ')}\n`);
  await close();
  process.exit(2);
}

function repeated(run: () => unknown, times: number): () => unknown {
  return () => {
    for (let time = 1; time < times; time++) run();
    return run();
  };
}

let kept: unknown;

/** Milliseconds of one run, over `runs` of them. */
function time(run: () => unknown, runs: number): number {
  const startedAt = performance.now();
  for (let index = 0; index < runs; index++) kept = run();
  return (performance.now() - startedAt) / runs;
}

/** Between samples the event loop turns, for what collects in a turn. */
async function medianRatio(run: () => unknown): Promise<number> {
  let least = Infinity;
  for (let index = 0; index < WARM_UP_SAMPLES; index++) {
    least = Math.min(least, time(run, 20), SAMPLE_MS);
    await new Promise(setImmediate);
  }
  const runs = Math.max(1, Math.round(SAMPLE_MS / least));
  const loopRuns = Math.max(1, Math.round(SAMPLE_MS / Math.min(...Array.from({ length: WARM_UP_SAMPLES }, () => time(fixedLoop, 20)))));
  const ratios: number[] = [];
  for (let index = 0; index < SAMPLES; index++) {
    const loop = time(fixedLoop, loopRuns);
    ratios.push(time(run, runs) / loop);
    await new Promise(setImmediate);
  }
  return median(ratios);
}

async function measure(): Promise<Ratios> {
  const ratios: Record<string, number> = {};
  for (const { id, run } of subjects) ratios[id] = await medianRatio(run);
  return ratios;
}

let ratios = await measure();
const baseline: Baseline = flags.update || flags.json !== undefined ? { limit: LIMIT, ratios: {} } : (JSON.parse(readFileSync(BASELINE, 'utf8')) as Baseline);
for (let attempt = 1; attempt < ATTEMPTS && (flags.update || flags.json !== undefined || compareWithBaseline(ratios, baseline).some(({ isTooSlow }) => isTooSlow)); attempt++) {
  ratios = leastOf(ratios, await measure());
}
await close();
if (kept === undefined) throw new Error('nothing was done');

if (flags.json !== undefined) writeFileSync(flags.json, JSON.stringify(ratios));
if (flags.update) writeFileSync(BASELINE, `${JSON.stringify({ limit: LIMIT, ratios: Object.fromEntries(Object.entries(ratios).map(([id, ratio]) => [id, Number(ratio.toPrecision(3))])) }, null, 2)}\n`);
const lines = compareWithBaseline(ratios, baseline);
for (const { id, ratio, timesBaseline, isTooSlow } of flags.json === undefined ? lines : []) {
  const against = timesBaseline === undefined ? '' : `, ${timesBaseline.toFixed(2)} times the baseline`;
  process.stdout.write(`${isTooSlow ? 'TOO SLOW ' : 'ok       '} ${id}: ${ratio.toPrecision(3)} fixed loops${against}\n`);
}
if (lines.some(({ isTooSlow }) => isTooSlow)) {
  process.stdout.write(`More than ${baseline.limit} times as slow as benchmarks/gate/baseline.json says. Is it meant? npx nx run benchmarks:gate --update\n`);
  process.exit(1);
}
