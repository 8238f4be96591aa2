/**
 * Holds brokers back that were slow or failed, for a time that depends on how slow they were. Pure: the time is given.
 *
 * | latency ≥ ms | held back ms |
 * |           50 |            0 |
 * |          100 |            0 |
 * |          550 |       30 000 |
 * |        1 000 |       60 000 |
 * |        2 000 |      120 000 |
 * |        3 000 |      180 000 |
 * |       15 000 |      600 000 |
 *
 * A failed send counts as a latency of 30 000 ms.
 * Source: client/latency/MQFaultStrategy.java, LatencyFaultToleranceImpl.java (4.6.0)
 */
const LATENCY_MS = [50, 100, 550, 1000, 2000, 3000, 15_000];
const HELD_BACK_MS = [0, 0, 30_000, 60_000, 120_000, 180_000, 600_000];
const FAILURE_COUNTS_AS_MS = 30_000;

interface Fault {
  readonly brokerName: string;
  readonly latencyMs: number;
  readonly availableFromMs: number;
}

export function heldBackMs(latencyMs: number): number {
  for (let i = LATENCY_MS.length - 1; i >= 0; i -= 1) if (latencyMs >= LATENCY_MS[i]!) return HELD_BACK_MS[i]!;
  return 0;
}

export class LatencyFaults {
  readonly #faults = new Map<string, Fault>();
  #turn: number;

  /** @param start where the choice among the better half begins; any whole number ≥ 0 */
  constructor(start = 0) {
    this.#turn = start >>> 0;
  }

  update(brokerName: string, latencyMs: number, hasFailed: boolean, nowMs: number): void {
    const availableFromMs = nowMs + heldBackMs(hasFailed ? FAILURE_COUNTS_AS_MS : latencyMs);
    this.#faults.set(brokerName, { brokerName, latencyMs, availableFromMs });
  }

  isAvailable(brokerName: string, nowMs: number): boolean {
    const fault = this.#faults.get(brokerName);
    return fault === undefined || nowMs >= fault.availableFromMs;
  }

  remove(brokerName: string): void {
    this.#faults.delete(brokerName);
  }

  /** One of the better half of the brokers seen so far, in turn; `except` only when there is no other. */
  pickOneAtLeast(nowMs: number, except?: string): string | undefined {
    const all = [...this.#faults.values()];
    const others = all.filter((fault) => fault.brokerName !== except);
    const faults = others.length > 0 ? others : all;
    if (faults.length === 0) return undefined;
    faults.sort((a, b) => compareFaults(a, b, nowMs));
    const half = Math.floor(faults.length / 2);
    if (half === 0) return faults[0]!.brokerName;
    const index = this.#turn % half;
    this.#turn = (this.#turn + 1) >>> 0;
    return faults[index]!.brokerName;
  }
}

function compareFaults(a: Fault, b: Fault, nowMs: number): number {
  const aAvailable = nowMs >= a.availableFromMs;
  if (aAvailable !== nowMs >= b.availableFromMs) return aAvailable ? -1 : 1;
  return a.latencyMs - b.latencyMs || a.availableFromMs - b.availableFromMs || (a.brokerName < b.brokerName ? -1 : 1);
}
