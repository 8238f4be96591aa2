import { createSimulation } from '@rocketmq-ts/kernel/sim';
import { expect, it } from 'vitest';
import { UNIT_SIZE } from '../format/consume-queue-unit.ts';
import { Append, type ConsumeQueue } from './consume-queue.ts';
import { OpenFiles } from './open-files.ts';
import { QueueTable } from './queue-table.ts';
import { writtenUnits } from './unit-search.ts';

const UNITS_PER_FILE = 6000;
const RECORD_SIZE = 100;

function queueWith(unitCount: number): ConsumeQueue {
  const { disk } = createSimulation(1).host('a').env;
  const table = new QueueTable({ disk, openFiles: new OpenFiles(disk, 4), consumeQueueDir: '/consumequeue', fileSize: UNITS_PER_FILE * UNIT_SIZE });
  const queue = table.queue(table.topic('Topic'), 0);
  for (let unit = 0; unit < unitCount; unit++) queue.append(unit, unit * RECORD_SIZE, RECORD_SIZE, 0);
  queue.write();
  queue.releaseTail();
  return queue;
}

/** What a power failure may take from a file. */
function lose(queue: ConsumeQueue, fromUnit: number, untilUnit: number): void {
  queue.files.write(fromUnit * UNIT_SIZE, Buffer.alloc((untilUnit - fromUnit) * UNIT_SIZE), 0, (untilUnit - fromUnit) * UNIT_SIZE);
}

it.each([0, 1, 1023, 1024, 1025, 2048, 3001, UNITS_PER_FILE - 1, UNITS_PER_FILE])('counts %i written units of a file', (count) => {
  expect(writtenUnits(queueWith(count), 0, UNITS_PER_FILE)).toBe(count);
});

it('counts on behind a short hole, wherever it is', () => {
  for (const [from, until] of [[10, 11], [900, 1100], [1024, 2000], [4000, 4500]] as const) {
    const queue = queueWith(5000);
    lose(queue, from, until);
    expect(writtenUnits(queue, 0, UNITS_PER_FILE)).toBe(5000);
  }
});

it('finds the end of a file that has lost its beginning', () => {
  const queue = queueWith(5000);
  lose(queue, 0, 1500);
  expect(writtenUnits(queue, 0, UNITS_PER_FILE)).toBe(5000);
});

it('compares units that are there with the log a hundred at a time, and sees a wrong one among them', () => {
  const queue = queueWith(1000);
  lose(queue, 500, 501);
  const reads = countReads(queue);
  const outcomes = Array.from({ length: 1000 }, (_, unit) => queue.append(unit, unit * RECORD_SIZE, RECORD_SIZE, 0));
  expect(outcomes.filter((outcome) => outcome === Append.present)).toHaveLength(999);
  expect(outcomes[500]).toBe(Append.repaired);
  expect(reads.count).toBeLessThan(12);
  // What was put right in the files is what is compared from then on.
  expect(queue.append(500, 500 * RECORD_SIZE, RECORD_SIZE, 0)).toBe(Append.present);
  expect(queue.append(1000, 1000 * RECORD_SIZE, RECORD_SIZE, 0)).toBe(Append.appended);
});

it('compares with what was cut and written since, not with what it has read before', () => {
  const queue = queueWith(300);
  queue.append(0, 0, RECORD_SIZE, 0);
  queue.cutAt(50, 50 * RECORD_SIZE);
  expect(queue.append(50, 50 * RECORD_SIZE, RECORD_SIZE + 1, 7)).toBe(Append.appended);
  queue.write();
  queue.releaseTail();
  expect(queue.append(50, 50 * RECORD_SIZE, RECORD_SIZE + 1, 7)).toBe(Append.present);
  expect(queue.append(50, 50 * RECORD_SIZE, RECORD_SIZE, 0)).toBe(Append.repaired);
});

function countReads(queue: ConsumeQueue): { count: number } {
  const reads = { count: 0 };
  const read = queue.files.read.bind(queue.files);
  queue.files.read = (...args) => {
    reads.count++;
    read(...args);
  };
  return reads;
}
