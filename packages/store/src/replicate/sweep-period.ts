import type { StoreOptions } from '../ports.ts';

/** How often either side looks whether a heartbeat is due or its peer has fallen silent: a fifth of the shorter interval. */
export function sweepPeriodMs({ haSendHeartbeatInterval, haHousekeepingInterval }: Pick<StoreOptions, 'haSendHeartbeatInterval' | 'haHousekeepingInterval'>): number {
  return Math.max(50, Math.min(1000, haSendHeartbeatInterval / 5, haHousekeepingInterval / 5));
}
