import type { Log } from '../log.ts';
import { TurnQueue } from '../turn-queue.ts';
import type { Turn } from '../turn.ts';
import { reportOrCrash } from './callback-guard.ts';

/** `setImmediate` runs right behind the poll phase, in which Node delivers everything the sockets have. */
export function createNodeTurn(log: Log): Turn {
  const run = (): void => queue.run();
  const queue: TurnQueue = new TurnQueue({
    schedule: () => {
      setImmediate(run);
    },
    report: (error) => reportOrCrash(log, 'turn', error),
  });
  return queue;
}
