import { describe, expect, it } from 'vitest';
import { silentLog } from '../log.ts';
import { createNodeTimers } from './node-timers.ts';
import { recordingLog } from '../../test/recording-log.ts';

const timers = createNodeTimers(silentLog);
const after = (delayMs: number) => new Promise<void>((resolve) => void timers.after(delayMs, resolve));

describe('timers of Node', () => {
  it('never fire early', async () => {
    for (let i = 0; i < 20; i++) {
      const start = performance.now();
      await after(1.5);
      expect(performance.now() - start).toBeGreaterThanOrEqual(1.5);
    }
  });

  it('let the event loop go round when the delay is 0', async () => {
    const seen: string[] = [];
    process.nextTick(() => seen.push('tick'));
    await after(0);
    expect(seen).toEqual(['tick']);
  });

  it('do not run once cancelled, however short, long or repeated', async () => {
    const seen: string[] = [];
    const running = [
      timers.after(0, () => seen.push('immediate')),
      timers.after(1, () => seen.push('soon')),
      timers.every(1, () => seen.push('every')),
    ];
    for (const timer of [...running, ...running]) timer.cancel();
    await after(10);
    expect(seen).toEqual([]);
  });

  it('wait as long as asked, where Node itself would wait a millisecond', async () => {
    const seen: string[] = [];
    const far = timers.after(2 ** 40, () => seen.push('far'));
    await after(10);
    far.cancel();
    expect(seen).toEqual([]);
  });

  it('repeat until cancelled from within, also after an exception', async () => {
    const { log, lines } = recordingLog();
    let count = 0;
    await new Promise<void>((resolve) => {
      const timer = createNodeTimers(log).every(1, () => {
        count++;
        if (count === 1) throw new Error('first');
        if (count === 3) {
          timer.cancel();
          resolve();
        }
      });
    });
    await after(5);
    expect(count).toBe(3);
    expect(lines).toEqual(['error An exception came out of a timer callback: first']);
  });
});
