// How a report writes its numbers.

const NOT_A_FIGURE = '–';

/** 940/s, 12.3k/s, 144k/s. */
export function perSecond(n: number): string {
  if (!Number.isFinite(n)) return NOT_A_FIGURE;
  if (n < 10_000) return `${n.toFixed(0)}/s`;
  return n < 100_000 ? `${(n / 1000).toFixed(1)}k/s` : `${(n / 1000).toFixed(0)}k/s`;
}

/** Milliseconds of microseconds, with as many places as mean something. */
export function millis(us: number): string {
  if (!Number.isFinite(us)) return NOT_A_FIGURE;
  const ms = us / 1000;
  return `${minus(ms.toFixed(placesOf(ms)))} ms`;
}

/** As `millis`, of a time in ms. */
export function millisOf(ms: number): string {
  return millis(ms * 1000);
}

export function seconds(ms: number): string {
  return Number.isFinite(ms) ? `${(ms / 1000).toFixed(2)} s` : NOT_A_FIGURE;
}

/** As `millis`, with its sign. */
export function addedMillis(us: number): string {
  return us < 0 || !Number.isFinite(us) ? millis(us) : `+${millis(us)}`;
}

/** Of a share: 0.234 is 23 %. */
export function percent(share: number): string {
  if (!Number.isFinite(share)) return NOT_A_FIGURE;
  const percents = share * 100;
  return `${minus(percents.toFixed(Math.abs(percents) < 9.95 ? 1 : 0))} %`;
}

export function times(ratio: number): string {
  return Number.isFinite(ratio) ? `${ratio.toFixed(ratio < 10 ? 2 : 1)} ×` : NOT_A_FIGURE;
}

export function micros(us: number): string {
  return Number.isFinite(us) ? `${us.toFixed(1)} µs` : NOT_A_FIGURE;
}

export function mebibytes(n: number): string {
  return Number.isFinite(n) ? `${n.toFixed(0)} MiB` : NOT_A_FIGURE;
}

export function kibibytes(n: number): string {
  return Number.isFinite(n) ? `${n.toFixed(2)} KiB` : NOT_A_FIGURE;
}

function placesOf(ms: number): number {
  return Math.abs(ms) < 1 ? 3 : Math.abs(ms) < 100 ? 2 : 0;
}

/** A minus that is as wide as a plus; no zero below zero. */
function minus(text: string): string {
  return /^-0(\.0+)?$/.test(text) ? text.slice(1) : text.replace('-', '−');
}
