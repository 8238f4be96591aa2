import { describe, expect, it } from 'vitest';
import { AssertionError } from './assert.ts';
import { TurnQueue } from './turn-queue.ts';

function setUp() {
  const seen: string[] = [];
  const errors: unknown[] = [];
  let scheduled = 0;
  const queue = new TurnQueue({ schedule: () => void scheduled++, report: (error) => void errors.push(error) });
  const task = (name: string, then?: () => void) => ({
    runTurn() {
      seen.push(name);
      then?.();
    },
  });
  return { queue, seen, errors, task, scheduled: () => scheduled };
}

describe('turn queue', () => {
  it('runs all work before any output, each in the order of registration', () => {
    const { queue, seen, task, scheduled } = setUp();
    queue.output(task('out1'));
    queue.work(task('work1'));
    queue.output(task('out2'));
    queue.work(task('work2'));
    expect(scheduled()).toBe(1);
    queue.run();
    expect(seen).toEqual(['work1', 'work2', 'out1', 'out2']);
  });

  it('runs what tasks register in the same turn, work first', () => {
    const { queue, seen, task, scheduled } = setUp();
    queue.work(
      task('work', () => {
        queue.output(task('late output'));
        queue.work(task('late work'));
      }),
    );
    queue.output(task('output', () => queue.work(task('work of output'))));
    queue.run();
    expect(seen).toEqual(['work', 'late work', 'output', 'work of output', 'late output']);
    expect(scheduled()).toBe(1);
    queue.work(task('next turn'));
    expect(scheduled()).toBe(2);
  });

  it('reports what a task throws and runs the others', () => {
    const { queue, seen, errors, task } = setUp();
    const bad = new Error('bad');
    queue.work(
      task('a', () => {
        throw bad;
      }),
    );
    queue.work(task('b'));
    queue.output(task('c'));
    queue.run();
    expect(seen).toEqual(['a', 'b', 'c']);
    expect(errors).toEqual([bad]);
  });

  it('lets a broken assertion out, and keeps the rest for a further turn', () => {
    const { queue, seen, task, scheduled } = setUp();
    queue.work(
      task('a', () => {
        throw new AssertionError('broken');
      }),
    );
    queue.work(task('b'));
    queue.output(task('c'));
    expect(() => queue.run()).toThrow('broken');
    expect(scheduled()).toBe(2);
    queue.run();
    expect(seen).toEqual(['a', 'b', 'c']);
  });

  it('ends a task that registers itself without end', () => {
    const { queue } = setUp();
    const task = { runTurn: () => queue.work(task) };
    queue.work(task);
    expect(() => queue.run()).toThrow(/registers itself/);
  });
});
