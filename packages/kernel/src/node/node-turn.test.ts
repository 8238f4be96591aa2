import { describe, expect, it } from 'vitest';
import { createNodeEnv } from './index.ts';
import { recordingLog } from '../../test/recording-log.ts';

describe('turn of Node', () => {
  it('comes behind everything the present callbacks register, work first', async () => {
    const { turn } = createNodeEnv();
    const seen: string[] = [];
    await new Promise<void>((resolve) => {
      turn.output({
        runTurn: () => {
          seen.push('output');
          resolve();
        },
      });
      process.nextTick(() => turn.work({ runTurn: () => void seen.push('work of a tick') }));
      void Promise.resolve().then(() => turn.work({ runTurn: () => void seen.push('work of a promise') }));
      expect(seen).toEqual([]);
    });
    expect(seen.slice(0, 2).sort()).toEqual(['work of a promise', 'work of a tick']);
    expect(seen[2]).toBe('output');
  });

  it('logs what a task throws', async () => {
    const { log, lines } = recordingLog();
    const { turn } = createNodeEnv({ log });
    turn.work({
      runTurn: () => {
        throw new Error('no such queue');
      },
    });
    await new Promise<void>((resolve) => turn.output({ runTurn: resolve }));
    expect(lines).toEqual(['error An exception came out of a turn callback: no such queue']);
  });
});
