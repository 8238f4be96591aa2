import { describe, expect, it } from 'vitest';
import { AssertionError } from '../assert.ts';
import { createSimulation } from './index.ts';

describe('simulated time', () => {
  it('fires timers at their moment, in order, without waiting for real', async () => {
    const sim = createSimulation(1);
    const seen: string[] = [];
    const { timers, clock } = sim.env;
    const note = (name: string) => () => void seen.push(`${name}@${clock.monotonicMs()}`);
    timers.after(3_600_000, note('hour'));
    timers.after(5, note('five'));
    timers.after(5, note('also five'));
    const every = timers.every(2, note('every'));
    timers.after(1, note('cancelled')).cancel();
    await sim.runFor(6);
    every.cancel();
    await sim.runFor(3_600_000);
    expect(seen).toEqual(['every@2', 'every@4', 'five@5', 'also five@5', 'every@6', 'hour@3600000']);
    expect(sim.nowMs).toBe(3_600_006);
  });

  it('lets all promises go on between two events', async () => {
    const sim = createSimulation(1);
    const seen: string[] = [];
    const { timers } = sim.env;
    timers.after(1, () => {
      void (async () => {
        for (let i = 0; i < 50; i++) await Promise.resolve();
        seen.push('long chain');
      })();
    });
    timers.after(1, () => void seen.push('next event'));
    await sim.runFor(1);
    expect(seen).toEqual(['long chain', 'next event']);
  });

  it('has a wall clock per host that somebody can set', async () => {
    const sim = createSimulation(1);
    const [a, b] = [sim.host('a'), sim.host('b')];
    const start = b.env.clock.wallMs();
    a.clock.moveWall(-86_400_000);
    await sim.runFor(1000);
    expect(a.env.clock.wallMs() - start).toBe(1000 - 86_400_000);
    expect(b.env.clock.wallMs() - start).toBe(1000);
    a.clock.setWall(5);
    expect(a.env.clock.wallMs()).toBe(5);
    expect(a.env.clock.monotonicMs()).toBe(b.env.clock.monotonicMs());
  });
});

describe('running a simulation', () => {
  it('is idle when nothing is under way, though timers wait', async () => {
    const sim = createSimulation(1);
    const seen: string[] = [];
    sim.env.timers.every(1000, () => seen.push('timer'));
    sim.env.turn.output({ runTurn: () => void seen.push('output') });
    sim.env.turn.work({ runTurn: () => void seen.push('work') });
    sim.env.timers.after(0, () => seen.push('immediate'));
    await sim.runUntilIdle();
    expect(seen).toEqual(['immediate', 'work', 'output']);
    expect(sim.nowMs).toBeLessThan(1);
  });

  it('gives the result of a promise, or says that nothing will ever settle it', async () => {
    const sim = createSimulation(77);
    const after = (ms: number) => new Promise<number>((resolve) => void sim.env.timers.after(ms, () => resolve(ms)));
    expect(await sim.run(after(100))).toBe(100);
    await expect(sim.run(Promise.reject(new Error('no')))).rejects.toThrow('no');
    await expect(sim.run(new Promise(() => {}))).rejects.toThrow(/not settled.*seed 77/);
    await expect(sim.run(after(100), 50)).rejects.toThrow(AssertionError);
    await expect(sim.runUntil(() => false, 10)).rejects.toThrow('did not come true');
  });

  it('ends with what a callback or a turn task threw', async () => {
    const sim = createSimulation(1);
    sim.env.timers.after(1, () => {
      throw new Error('from a timer');
    });
    await expect(sim.runFor(10)).rejects.toThrow('from a timer');
    sim.env.turn.work({
      runTurn: () => {
        throw new Error('from a task');
      },
    });
    await expect(sim.runFor(10)).rejects.toThrow('from a task');
    await sim.runFor(10);
  });

  it('repeats itself with the same seed and differs with another', async () => {
    const story = async (seed: number): Promise<string> => {
      const sim = createSimulation(seed);
      const { env } = sim;
      env.disk.makeDir('/d');
      const lines: string[] = [];
      await sim.run(
        Promise.all(
          [1, 2, 3, 4].map(async (n) => {
            const file = env.disk.create(`/d/${n}`, 0);
            await file.datasync();
            lines.push(`${n}@${sim.nowMs} ${env.random.below(1000)}`);
          }),
        ).then(() => undefined),
      );
      return lines.join('\n');
    };
    expect(await story(5)).toBe(await story(5));
    expect(await story(5)).not.toBe(await story(6));
  });
});

describe('death of a host', () => {
  it('ends its timers, turns and disk calls, and gives a new process the same disk', async () => {
    const sim = createSimulation(1);
    const host = sim.host('a');
    const old = host.env;
    const seen: string[] = [];
    old.timers.every(1, () => seen.push('timer'));
    old.turn.work({ runTurn: () => void seen.push('turn') });
    const file = old.disk.create('/f', 0);
    file.writeAt(0, Buffer.from('abc'), 0, 3);
    void file.datasync().then(() => seen.push('sync'));
    const lock = old.disk.tryLock('/lock');
    expect(lock).toBeDefined();
    host.kill();
    await sim.runFor(100);
    expect(seen).toEqual([]);
    expect(() => file.writeAt(0, Buffer.from('x'), 0, 1)).toThrow('dead');
    expect(() => old.disk.list('/')).toThrow('dead');
    expect(host.disk.readFile('/f').toString()).toBe('abc');
    expect(host.env).not.toBe(old);
    expect(host.env.disk.tryLock('/lock')).toBeDefined();
    expect(host.env.disk.tryLock('/lock')).toBeUndefined();
    expect(host.disk.readFile('/lock').toString()).toBe('lock');
  });

  it('in the middle of a task lets nothing of the turn go on', async () => {
    const sim = createSimulation(1);
    const host = sim.host('a');
    const { env } = host;
    const file = env.disk.create('/f', 0);
    const seen: string[] = [];
    host.disk.faults.dieAt(2, 'kill');
    env.turn.work({
      runTurn: () => {
        file.writeAt(0, Buffer.from('1'), 0, 1);
        seen.push('first');
      },
    });
    env.turn.work({
      runTurn: () => {
        file.writeAt(1, Buffer.from('2'), 0, 1);
        seen.push('second');
      },
    });
    env.turn.output({ runTurn: () => void seen.push('answer') });
    await sim.runFor(10);
    expect(seen).toEqual(['first']);
    expect(host.env).not.toBe(env);
  });
});
