import { assert } from '../assert.ts';

export type DiskCall =
  | 'open'
  | 'create'
  | 'list'
  | 'makeDir'
  | 'rename'
  | 'remove'
  | 'removeDir'
  | 'syncDir'
  | 'tryLock'
  | 'readAt'
  | 'writeAt'
  | 'datasync'
  | 'truncate';

/** Calls after which the disk may be another than before: the places where a death can matter. */
const CHANGING: ReadonlySet<DiskCall> = new Set<DiskCall>([
  'create',
  'makeDir',
  'rename',
  'remove',
  'removeDir',
  'syncDir',
  'tryLock',
  'writeAt',
  'datasync',
  'truncate',
]);

export interface FailRule {
  readonly call: DiskCall;
  readonly systemCode: string;
  /** The how-manieth such call from now on; the next one unless given. */
  readonly nth?: number;
  /** How many calls fail from then on; one unless given, Infinity for all. */
  readonly times?: number;
  readonly path?: (path: string) => boolean;
}

export type Death = 'kill' | 'crash';
export type Verdict = { readonly systemCode: string } | { readonly death: Death } | undefined;

/** What is going to go wrong, and the count of calls by which it is told when. */
export class DiskFaults {
  /** Calls so far that can change the disk; run a scenario once to learn how many deaths to try. */
  changingCalls = 0;
  private rules: { rule: FailRule; seen: number }[] = [];
  private death: { atCall: number; how: Death } | undefined;

  fail(rule: FailRule): void {
    this.rules.push({ rule, seen: 0 });
  }

  /** The host dies inside the nth changing call from now on (1: the next). */
  dieAt(nth: number, how: Death): void {
    assert(nth >= 1, 'calls are counted from 1');
    this.death = { atCall: this.changingCalls + nth, how };
  }

  clear(): void {
    this.rules = [];
    this.death = undefined;
  }

  judge(call: DiskCall, path: string): Verdict {
    if (CHANGING.has(call)) this.changingCalls++;
    if (this.death !== undefined && this.changingCalls >= this.death.atCall) {
      const { how } = this.death;
      this.death = undefined;
      return { death: how };
    }
    let verdict: Verdict;
    for (const entry of this.rules) {
      const { rule } = entry;
      if (rule.call !== call || rule.path?.(path) === false) continue;
      entry.seen++;
      const first = rule.nth ?? 1;
      if (entry.seen >= first && entry.seen < first + (rule.times ?? 1)) verdict ??= { systemCode: rule.systemCode };
    }
    return verdict;
  }
}
