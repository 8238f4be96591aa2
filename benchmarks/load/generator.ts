// The life of every generator, each in a piscina worker thread: open connections, say so, start with the others, warm up,
// measure, let what is under way end, report.
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import type { MessagePort } from 'node:worker_threads';
import type { HistogramData } from './rt-histogram.ts';
import { Tally } from './tally.ts';

export interface Times {
  readonly warmUpSeconds: number;
  readonly measureSeconds: number;
}

export type ToGenerator = { readonly kind: 'go'; readonly times: Times } | { readonly kind: 'stop' };
export type FromGenerator = { readonly kind: 'ready' } | { readonly kind: 'progress'; readonly done: number; readonly failed: number; readonly firstFailure: string | undefined };

export interface GeneratorReport {
  /** Messages for which an answer came within the measured time. */
  readonly done: number;
  readonly failed: number;
  readonly firstFailure: string | undefined;
  /** Left, but were not answered within 3 s; in `failed` as well. */
  readonly unanswered: number;
  /** Due in the measured time, but never sent, as too many were in flight (open loop only); their waiting is in `rt`. */
  readonly unsent: number;
  readonly measuredMs: number;
  /** From the begin of the measured time to the last message; less than it when consumers had read everything. */
  readonly lastDoneMs: number;
  readonly rt: HistogramData;
  /** How late messages left after they were due, where that is known (open loop only). */
  readonly lateness: HistogramData | undefined;
  readonly loop: { readonly delayP99Ms: number; readonly utilization: number };
}

export interface Generator {
  /** When it can start, where that takes more than its connections. */
  readonly ready?: Promise<void>;
  /** Sends until `tally.until`. */
  start(): void;
  /** Whether nothing is due or under way any more. */
  isIdle(): boolean;
  /** Counts what is still waiting with its time so far. */
  giveUp(now: number): { readonly unanswered: number; readonly unsent: number };
  readonly lateness?: HistogramData;
  close(): Promise<void>;
}

/** As long as a Java client waits for the answer to a send. */
const ANSWER_MS = 3000;
const DRAIN_POLL_MS = 5;
const PROGRESS_MS = 500;
const LOOP_DELAY_RESOLUTION_MS = 2;

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export async function runGenerator(port: MessagePort, open: (tally: Tally) => Promise<Generator>): Promise<GeneratorReport> {
  const tally = new Tally();
  const orders = new Orders(port);
  let generator: Generator | undefined;
  let progress: NodeJS.Timeout | undefined;
  try {
    generator = await open(tally);
    await Promise.race([generator.ready, tally.broken]);
    port.postMessage({ kind: 'ready' } satisfies FromGenerator);
    const times = await Promise.race([orders.go, orders.stop, tally.broken]);
    const now = performance.now();
    tally.from = now + (times?.warmUpSeconds ?? 0) * 1000;
    tally.until = tally.from + (times?.measureSeconds ?? 0) * 1000;
    generator.start();
    progress = setInterval(() => {
      port.postMessage({ kind: 'progress', done: tally.everDone, failed: tally.everFailed, firstFailure: tally.firstFailure } satisfies FromGenerator);
    }, PROGRESS_MS);
    await Promise.race([sleep(tally.from - performance.now()), orders.stop, tally.broken]);
    const delay = monitorEventLoopDelay({ resolution: LOOP_DELAY_RESOLUTION_MS });
    delay.enable();
    const before = performance.eventLoopUtilization();
    await Promise.race([sleep(tally.until - performance.now()), orders.stop, tally.broken]);
    const { utilization } = performance.eventLoopUtilization(before);
    delay.disable();
    tally.until = Math.min(tally.until, performance.now());
    const measuredMs = Math.max(0, tally.until - tally.from);
    const { done } = tally;
    for (const deadline = tally.sendUntil + ANSWER_MS; !generator.isIdle() && performance.now() < deadline && !orders.stopped; ) {
      await Promise.race([sleep(DRAIN_POLL_MS), tally.broken]);
    }
    const { unanswered, unsent } = generator.giveUp(performance.now());
    // Somebody who stops the run does not want to wait; what is under way then has not failed.
    const timedOut = orders.stopped ? 0 : unanswered;
    const firstFailure = tally.firstFailure ?? (timedOut > 0 ? `no answer within ${ANSWER_MS} ms` : undefined);
    const delayP99Ms = delay.count === 0 ? 0 : Math.max(0, delay.percentile(99) / 1e6 - LOOP_DELAY_RESOLUTION_MS);
    return { done, failed: tally.failed + timedOut, firstFailure, unanswered, unsent, measuredMs, lastDoneMs: tally.lastDoneAt - tally.from, rt: tally.rt.data(), lateness: generator.lateness, loop: { delayP99Ms, utilization } };
  } finally {
    tally.end();
    clearInterval(progress);
    await generator?.close();
    port.close();
  }
}

class Orders {
  stopped = false;
  readonly go: Promise<Times>;
  readonly stop: Promise<undefined>;

  constructor(port: MessagePort) {
    let go: (times: Times) => void;
    let stop: (nothing: undefined) => void;
    this.go = new Promise((resolve) => {
      go = resolve;
    });
    this.stop = new Promise((resolve) => {
      stop = resolve;
    });
    port.on('message', (order: ToGenerator) => {
      if (order.kind === 'go') return go(order.times);
      this.stopped = true;
      stop(undefined);
    });
  }
}
