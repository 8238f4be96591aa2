import { AssertionError, assert } from './assert.ts';
import type { Turn, TurnTask } from './turn.ts';

/** More than this in one turn means a task that registers itself for ever and would starve the event loop. */
const TURN_TASKS_MAX = 1_000_000;

export interface TurnQueueOptions {
  /** Asks for one call of `run` behind the arrivals of the current turn. */
  readonly schedule: () => void;
  /** Hears what a task threw; broken assertions are not given to it but thrown out of `run`. */
  readonly report: (error: unknown) => void;
}

/**
 * The rule of the turn, without a clock: all work, then one output, then any new work, and so on until both
 * queues are empty. The host (Node's event loop, or the simulation) only says when.
 */
export class TurnQueue implements Turn {
  private readonly schedule: () => void;
  private readonly report: (error: unknown) => void;
  private readonly workTasks: TurnTask[] = [];
  private readonly outputTasks: TurnTask[] = [];
  private workNext = 0;
  private outputNext = 0;
  private isScheduled = false;

  constructor(options: TurnQueueOptions) {
    this.schedule = options.schedule;
    this.report = options.report;
  }

  work(task: TurnTask): void {
    this.workTasks.push(task);
    this.request();
  }

  output(task: TurnTask): void {
    this.outputTasks.push(task);
    this.request();
  }

  /** Ends the turn. @throws AssertionError from a task; what is left of the turn is then scheduled again. */
  run(): void {
    this.isScheduled = true;
    try {
      for (let count = 0; ; count++) {
        const task = this.next();
        if (task === undefined) return;
        assert(count < TURN_TASKS_MAX, 'a turn task registers itself without end; use a timer between slices');
        this.runTask(task);
      }
    } finally {
      this.isScheduled = false;
      if (this.workTasks.length > 0 || this.outputTasks.length > 0) this.request();
    }
  }

  private next(): TurnTask | undefined {
    if (this.workNext < this.workTasks.length) return this.workTasks[this.workNext++];
    this.workTasks.length = 0;
    this.workNext = 0;
    if (this.outputNext < this.outputTasks.length) return this.outputTasks[this.outputNext++];
    this.outputTasks.length = 0;
    this.outputNext = 0;
    return undefined;
  }

  private runTask(task: TurnTask): void {
    try {
      task.runTurn();
    } catch (error) {
      if (error instanceof AssertionError) throw error;
      this.report(error);
    }
  }

  private request(): void {
    if (this.isScheduled) return;
    this.isScheduled = true;
    this.schedule();
  }
}
