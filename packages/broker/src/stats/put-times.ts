/** Upper bounds in ms, exclusive, and Java's labels. Source: store/StoreStatsService.java PUT_MESSAGE_ENTIRE_TIME_MAX_DESC (4.6.0) */
const BOUNDS_MS = [1, 10, 50, 100, 200, 500, 1000, 2000, 3000, 4000, 5000, 10_000] as const;
const LABELS = [
  '[<=0ms]',
  '[0~10ms]',
  '[10~50ms]',
  '[50~100ms]',
  '[100~200ms]',
  '[200~500ms]',
  '[500ms~1s]',
  '[1~2s]',
  '[2~3s]',
  '[3~4s]',
  '[4~5s]',
  '[5~10s]',
  '[10s~]',
] as const;

/** How long sends took from append to answer, since the last reset. */
export class PutTimes {
  readonly #counts = new Array<number>(LABELS.length).fill(0);

  record(elapsedMs: number): void {
    let at = 0;
    while (at < BOUNDS_MS.length && elapsedMs >= (BOUNDS_MS[at] as number)) at++;
    this.#counts[at] = (this.#counts[at] as number) + 1;
  }

  reset(): void {
    this.#counts.fill(0);
  }

  /** `[<=0ms]:12 [0~10ms]:3 …` with a blank at the end. */
  text(): string {
    return LABELS.map((label, at) => `${label}:${this.#counts[at]} `).join('');
  }
}
