import type { Timer, Timers } from '../timers.ts';
import type { SimEvent } from './event-heap.ts';
import type { Life } from './sim-life.ts';

/** Timers fire at their very moment; `after(0)` is work under way, as Node's immediate is. */
export function createSimTimers(life: Life): Timers {
  return {
    after(delayMs, callback) {
      const event = delayMs > 0 ? life.schedule('timer', delayMs, callback) : life.schedule('work', 0, callback);
      return { cancel: () => void (event.isCancelled = true) };
    },
    every: (periodMs, callback) => repeat(life, Math.max(1, periodMs), callback),
  };
}

function repeat(life: Life, periodMs: number, callback: () => void): Timer {
  let event: SimEvent;
  const fire = (): void => {
    event = life.schedule('timer', periodMs, fire);
    callback();
  };
  event = life.schedule('timer', periodMs, fire);
  return { cancel: () => void (event.isCancelled = true) };
}
