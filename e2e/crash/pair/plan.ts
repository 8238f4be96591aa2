/** Which pairs are tried how often, from CRASH_PAIRS and CRASH_CYCLES. */
import { javaAvailable } from '@rocketmq-ts/testkit';
import type { Maker } from '../../interop/harness/start-servers.ts';

export interface PlannedPair {
  readonly name: string;
  readonly master: Maker;
  readonly slave: Maker;
  readonly cycles: number;
}

const DEFAULT_CYCLES = 50;
const SHARES = { 'ours-ours': 0.6, 'ours-java': 0.2, 'java-ours': 0.2 };

/** Without Java its pairs are left out, and that is said. @throws Error for a pair or number that cannot be. */
export function plannedPairs(env: Readonly<Record<string, string | undefined>>): PlannedPair[] {
  const cycles = numberOf('CRASH_CYCLES', env['CRASH_CYCLES'] ?? String(DEFAULT_CYCLES));
  const pairs = env['CRASH_PAIRS'] ?? Object.entries(SHARES).map(([name, share]) => `${name}:${Math.max(1, Math.round(cycles * share))}`).join(',');
  return pairs.split(',').map((text) => plannedPair(text, cycles)).filter(isPossible);
}

function plannedPair(text: string, cycles: number): PlannedPair {
  const [name = '', count = String(cycles)] = text.trim().split(':');
  const [master, slave, ...rest] = name.split('-');
  if (!isMaker(master) || !isMaker(slave) || rest.length > 0) throw new Error(`CRASH_PAIRS: "${text}" is no pair; write for example ours-java:10 (master-slave:cycles, each "ours" or "java")`);
  return { name, master, slave, cycles: numberOf('CRASH_PAIRS', count) };
}

function isPossible({ name, master, slave }: PlannedPair): boolean {
  const java = javaAvailable();
  if (java.available || (master === 'ours' && slave === 'ours')) return true;
  console.log(`crash-pair: ${name} skipped: ${java.reason}`);
  return false;
}

function isMaker(text: string | undefined): text is Maker {
  return text === 'java' || text === 'ours';
}

function numberOf(name: string, text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new Error(`${name}: "${text}" is no number of cycles; write a whole number from 1 on`);
  return number;
}
