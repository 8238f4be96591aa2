import { expect, it } from 'vitest';
import { OffsetTable } from './offset-store.ts';

const queue = (queueId: number) => ({ topic: 'T', brokerName: 'b', queueId });

it('offsets move forward only, whichever object names the queue, and start anew after a reset', () => {
  const table = new OffsetTable();
  const [zero, one] = [queue(0), queue(1)];
  table.advance(zero, 5);
  table.advance(zero, 7);
  table.advance(one, 3);
  table.advance(zero, 6);
  table.advance(queue(0), 8);
  expect([table.get(zero), table.get(queue(1)), table.get(queue(2))]).toEqual([8, 3, undefined]);
  table.set(zero, 2);
  table.advance(zero, 4);
  expect(table.get(zero)).toBe(4);
  table.delete(zero);
  expect(table.entries()).toEqual([{ mq: one, offset: 3 }]);
  table.advance(zero, 1);
  expect(table.get(zero)).toBe(1);
});
