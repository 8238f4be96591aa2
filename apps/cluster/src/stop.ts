import { setTimeout as sleep } from 'node:timers/promises';

import type { Entry } from './roster.ts';

const GRACE_MS = 20_000;
const LOOK_EVERY_MS = 50;

export interface Stopped {
  readonly ended: readonly Entry[];
  /** Still running after the time that an orderly end may take. */
  readonly left: readonly Entry[];
}

/** SIGTERM to each of those that run, then waits for their end. `running` looks at the machine. */
export async function stop(entries: readonly Entry[], running: () => readonly Entry[], graceMs = GRACE_MS): Promise<Stopped> {
  const present = presentAmong(entries, running());
  for (const { pid } of present) signal(pid);
  const deadline = performance.now() + graceMs;
  let left = present;
  while (left.length > 0 && performance.now() < deadline) {
    await sleep(LOOK_EVERY_MS);
    left = presentAmong(left, running());
  }
  return { ended: present.filter((entry) => !left.includes(entry)), left };
}

/** Those whose process id still runs that very server. */
export function presentAmong(entries: readonly Entry[], running: readonly Entry[]): readonly Entry[] {
  return entries.filter(({ name, pid }) => running.some((other) => other.pid === pid && other.name === name));
}

function signal(pid: number): void {
  try {
    process.kill(pid, 'SIGTERM');
  } catch {
    // It has just ended.
  }
}
