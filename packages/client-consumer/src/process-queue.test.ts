import { ReceivedMessage } from '@rocketmq-ts/client-core';
import type { MessageExt } from '@rocketmq-ts/remoting-protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProcessQueue } from './process-queue.ts';

function message(queueOffset: number, size = 1): ReceivedMessage {
  return new ReceivedMessage({ queueOffset, body: Buffer.alloc(size), properties: new Map() } as unknown as MessageExt);
}

describe('the process queue', () => {
  it('commits the smallest offset that is not consumed, and where the next pull goes on when empty', () => {
    const queue = new ProcessQueue();
    expect(queue.remove([message(1)])).toBeUndefined();
    const messages = [10, 11, 12, 15].map((offset) => message(offset, 10));
    queue.put(messages, 19);
    expect([queue.count, queue.sizeBytes, queue.span, queue.minOffset, queue.maxOffset]).toEqual([4, 40, 5, 10, 15]);
    expect(queue.remove([messages[1]!])).toBe(10);
    expect(queue.remove([messages[3]!])).toBe(10);
    expect(queue.span).toBe(2);
    expect(queue.remove([messages[0]!])).toBe(12);
    expect(queue.remove([messages[2]!])).toBe(19);
    expect([queue.count, queue.sizeBytes, queue.span, queue.first]).toEqual([0, 0, 0, undefined]);
  });

  it('takes a message once, whatever is pulled again', () => {
    const queue = new ProcessQueue();
    queue.put([message(5), message(6)], 7);
    queue.put([message(5), message(6), message(7)], 8);
    expect([queue.count, queue.sizeBytes]).toEqual([3, 3]);
    queue.clear();
    expect([queue.count, queue.minOffset]).toEqual([0, undefined]);
  });

  it('agrees with a sorted map, whatever comes in whatever order', () => {
    const steps = fc.array(fc.record({ put: fc.boolean(), offsets: fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 8 }) }), { maxLength: 40 });
    fc.assert(
      fc.property(steps, (all) => {
        const queue = new ProcessQueue();
        const model = new Map<number, number>();
        let pulledTo = 0;
        for (const { put, offsets } of all) {
          if (put) {
            pulledTo = Math.max(pulledTo, ...offsets) + 2;
            queue.put(offsets.map((offset) => message(offset, offset + 1)), pulledTo);
            for (const offset of offsets) model.set(offset, offset + 1);
          } else {
            const wasEmpty = model.size === 0;
            const committable = queue.remove(offsets.map((offset) => message(offset)));
            for (const offset of offsets) model.delete(offset);
            const expected = wasEmpty ? undefined : model.size === 0 ? pulledTo : Math.min(...model.keys());
            expect(committable).toBe(expected);
          }
          const keys = [...model.keys()];
          expect(queue.count).toBe(keys.length);
          expect(queue.sizeBytes).toBe([...model.values()].reduce((sum, size) => sum + size, 0));
          expect(queue.minOffset).toBe(keys.length === 0 ? undefined : Math.min(...keys));
          expect(queue.maxOffset).toBe(keys.length === 0 ? undefined : Math.max(...keys));
          expect(queue.span).toBe(keys.length === 0 ? 0 : Math.max(...keys) - Math.min(...keys));
        }
      }),
    );
  });

  it('stays small however much goes through it', () => {
    const queue = new ProcessQueue();
    for (let at = 0; at < 100_000; at += 32) {
      const messages = Array.from({ length: 32 }, (_, i) => message(at + i));
      queue.put(messages, at + 32);
      expect(queue.remove(messages)).toBe(at + 32);
    }
    expect(queue.count).toBe(0);
  });
});
