import type { SimNet } from '@rocketmq-ts/kernel/sim';

/** Which lines are cut, and which machines are off: both at once on one network. */
export class Network {
  readonly #net: SimNet;
  readonly #hosts: readonly string[];
  /** `from>to`, with how many faults hold it. */
  readonly #cuts = new Map<string, number>();
  readonly #off = new Set<string>();

  readonly #onChange: (from: string, to: string, isCut: boolean) => void;

  constructor(net: SimNet, hosts: readonly string[], onChange: (from: string, to: string, isCut: boolean) => void) {
    this.#net = net;
    this.#hosts = hosts;
    this.#onChange = onChange;
  }

  cut(from: string, to: string): void {
    const key = `${from}>${to}`;
    this.#cuts.set(key, (this.#cuts.get(key) ?? 0) + 1);
    this.#apply();
    this.#onChange(from, to, true);
  }

  heal(from: string, to: string): void {
    const key = `${from}>${to}`;
    this.#cuts.set(key, Math.max(0, (this.#cuts.get(key) ?? 0) - 1));
    this.#apply();
    this.#onChange(from, to, false);
  }

  /** In one direction or both. */
  isCut(a: string, b: string): boolean {
    return (this.#cuts.get(`${a}>${b}`) ?? 0) + (this.#cuts.get(`${b}>${a}`) ?? 0) > 0;
  }

  /** A machine without power neither hears nor refuses. */
  turnOff(host: string): void {
    this.#off.add(host);
    this.#apply();
  }

  turnOn(host: string): void {
    this.#off.delete(host);
    this.#apply();
  }

  slow(a: string, b: string, line: { readonly delayMs: number; readonly bytesPerMs: number }): void {
    for (const link of [this.#net.link(a, b), this.#net.link(b, a)]) {
      Object.assign(link, { minMs: line.delayMs, maxMs: line.delayMs * 1.5, bytesPerMs: line.bytesPerMs });
    }
  }

  fast(a: string, b: string): void {
    for (const link of [this.#net.link(a, b), this.#net.link(b, a)]) Object.assign(link, { minMs: 0.02, maxMs: 0.3, bytesPerMs: Infinity });
  }

  #apply(): void {
    // Wakes what waited for a line; what is still cut is marked again before anything can move.
    this.#net.healAll();
    for (const from of this.#hosts) {
      for (const to of this.#hosts) {
        if (from === to) continue;
        const isCut = (this.#cuts.get(`${from}>${to}`) ?? 0) > 0 || this.#off.has(from) || this.#off.has(to);
        if (isCut) this.#net.link(from, to).isPartitioned = true;
      }
    }
  }
}
