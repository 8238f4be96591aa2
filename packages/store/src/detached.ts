import type { Timers } from '@rocketmq-ts/kernel';

/**
 * Lets work run that nobody awaits. What it is rejected with comes out of a timer's callback instead: there a broken
 * assertion ends the process (and that of a simulated process that is dead already is heard by nobody).
 */
export function detach(timers: Timers, work: Promise<unknown>): void {
  work.catch((error: unknown) => {
    timers.after(0, () => {
      throw error;
    });
  });
}
