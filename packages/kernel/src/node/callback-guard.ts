import { AssertionError } from '../assert.ts';
import type { Log } from '../log.ts';

/**
 * What happens to an exception that reaches the edge of a callback (timer, socket, turn task): a broken
 * assertion goes on and ends the process, everything else is logged, so that one bad peer or one bad
 * task does not take the others with it.
 */
export function reportOrCrash(log: Log, where: string, error: unknown): void {
  if (error instanceof AssertionError) throw error;
  log.error(`An exception came out of a ${where} callback`, { error: error instanceof Error ? error : new Error(String(error)) });
}
