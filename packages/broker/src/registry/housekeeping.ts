import type { Env, Timer } from '@rocketmq-ts/kernel';
import type { Connection } from '@rocketmq-ts/remoting';

import type { Consumers } from './consumers.ts';
import type { Producers } from './producers.ts';

/** Java's ClientHousekeepingService: one sweep for all members. */
const SWEEP_PERIOD_MS = 10_000;

/** Drops members that are silent for 120 s, with their connections. Returns the timer that stops it. */
export function startHousekeeping(env: Pick<Env, 'clock' | 'timers' | 'log'>, producers: Producers, consumers: Consumers): Timer {
  return env.timers.every(SWEEP_PERIOD_MS, () => {
    const nowMs = env.clock.monotonicMs();
    for (const connection of producers.expired(nowMs)) drop(connection);
    for (const connection of consumers.expired(nowMs)) drop(connection);
  });

  function drop(connection: Connection): void {
    env.log.warn('A client sent no heartbeat for 120 s; its connection is closed.', { client: connection.remoteAddress });
    producers.removeConnection(connection);
    consumers.removeConnection(connection);
    connection.close('no heartbeat for 120 s');
  }
}
