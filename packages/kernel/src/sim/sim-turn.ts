import { TurnQueue } from '../turn-queue.ts';
import type { Turn } from '../turn.ts';
import type { Scheduler } from './scheduler.ts';
import type { Life } from './sim-life.ts';

/** How far a turn reaches: what arrives meanwhile belongs to it, so that batches of many sizes occur. */
const TURN_MS_MAX = 0.1;

export function createSimTurn(scheduler: Scheduler, life: Life): Turn {
  const queue: TurnQueue = new TurnQueue({
    schedule: () => void life.schedule('work', scheduler.between(0, TURN_MS_MAX), () => queue.run()),
    report: (error) => {
      if (life.isAlive) scheduler.fail(error);
    },
  });
  return queue;
}
