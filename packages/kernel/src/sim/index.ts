export type { Death, DiskCall, DiskFaults, FailRule } from './disk-faults.ts';
export type { SimClock } from './sim-clock.ts';
export type { SimDisk } from './sim-disk.ts';
export type { SimHost } from './sim-host.ts';
export { HostDied } from './sim-life.ts';
export type { LogEntry, SimLog } from './sim-log.ts';
export type { LinkState, SimNet } from './sim-net.ts';
export type { Simulation } from './simulation.ts';
export { createSimulation } from './simulation.ts';
