// Says on standard error how far the run is: a bar on a terminal, lines elsewhere.
import { SingleBar } from 'cli-progress';
import type { Figures, Watcher } from './campaign.ts';
import { nameOfLoad, nameOfStep, type PlannedLoad, type Step } from './plan.ts';
import { type Expected, RemainingTime, spoken } from './remaining-time.ts';

const REFRESH_MS = 1000;

export class Progress implements Watcher {
  readonly #remaining: RemainingTime;
  readonly #bar: SingleBar | undefined;
  readonly #timer: NodeJS.Timeout | undefined;
  #now = '';
  #beganAt: number | undefined;

  constructor(steps: readonly Expected[]) {
    this.#remaining = new RemainingTime(steps);
    if (!process.stderr.isTTY) return;
    this.#bar = new SingleBar({ format: '{bar} {percentage} % · still {left} · {now}', stream: process.stderr, hideCursor: true, clearOnComplete: true, gracefulExit: false });
    this.#bar.start(steps.length, 0, { left: this.#left, now: '' });
    this.#timer = setInterval(() => this.#draw(), REFRESH_MS);
    this.#timer.unref();
  }

  began(step: Step): void {
    this.#beganAt = performance.now();
    this.#now = nameOfStep(step);
    if (this.#bar === undefined) this.#line(`[${this.#remaining.done + 1}/${this.#remaining.total}, still ${this.#left}] ${this.#now}`);
    this.#draw();
  }

  measured(step: Step, load: PlannedLoad, { sendsPerSecond, failed, rt }: Figures): void {
    const text = `${nameOfLoad(load)}: ${(sendsPerSecond / 1000).toFixed(1)}k/s, p50 ${(rt.p50 / 1000).toFixed(2)} ms, p99 ${(rt.p99 / 1000).toFixed(2)} ms${failed > 0 ? `, ${failed} failed` : ''}`;
    this.#now = `${nameOfStep(step)} · ${text}`;
    if (this.#bar === undefined) this.#line(`    ${text}`);
    this.#draw();
  }

  ended(): void {
    this.#remaining.finish(this.#beganAt === undefined ? undefined : (performance.now() - this.#beganAt) / 1000);
    this.#beganAt = undefined;
    this.#draw();
  }

  failed(what: string): void {
    this.say(what);
  }

  /** A line of its own, above the bar. */
  say(text: string): void {
    if (this.#bar !== undefined) process.stderr.write('\r\u001B[K');
    this.#line(text);
    this.#draw();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#bar?.stop();
  }

  get #left(): string {
    const running = this.#beganAt === undefined ? 0 : (performance.now() - this.#beganAt) / 1000;
    return spoken(this.#remaining.seconds - running);
  }

  #draw(): void {
    this.#bar?.update(this.#remaining.done, { left: this.#left, now: this.#now });
  }

  #line(text: string): void {
    process.stderr.write(`${text}\n`);
  }
}
