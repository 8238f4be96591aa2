// Loaded into a broker's process (`NODE_OPTIONS=--import`): measures how late its event loop comes. Each SIGUSR2 writes
// what has been measured since the last one into the file LOOP_DELAY_FILE, in milliseconds, and begins anew.
import { renameSync, writeFileSync } from 'node:fs';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';

const RESOLUTION_MS = 2;
const { LOOP_DELAY_FILE: file } = process.env;

if (file !== undefined) {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  let utilization = performance.eventLoopUtilization();
  delay.enable();
  // Node counts the time from one tick of the timer to the next, its interval included.
  const late = (ns) => Math.max(0, ns / 1e6 - RESOLUTION_MS);
  process.on('SIGUSR2', () => {
    const now = performance.eventLoopUtilization();
    const figures = {
      p50: late(delay.percentile(50)),
      p99: late(delay.percentile(99)),
      p999: late(delay.percentile(99.9)),
      max: late(delay.max),
      count: delay.count,
      utilization: performance.eventLoopUtilization(now, utilization).utilization,
    };
    writeFileSync(`${file}.part`, JSON.stringify(figures));
    renameSync(`${file}.part`, file);
    delay.reset();
    utilization = now;
  });
}
