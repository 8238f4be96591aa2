import { describe, expect, it } from 'vitest';
import { InFlightLimit } from './in-flight-limit.ts';

describe('the limit of sends in flight', () => {
  it('lets the first through and the others wait in order', async () => {
    const limit = new InFlightLimit(2);
    expect([limit.acquire(undefined), limit.acquire(undefined)]).toEqual([undefined, undefined]);
    const order: number[] = [];
    const waiting = [1, 2].map((n) => limit.acquire(undefined)!.then(() => void order.push(n)));
    expect(limit.waitingCount).toBe(2);
    limit.release();
    limit.release();
    await Promise.all(waiting);
    expect(order).toEqual([1, 2]);
    expect(limit.count).toBe(2);
  });

  it('lets go of one whose signal fires, who then takes no slot', async () => {
    const limit = new InFlightLimit(1);
    limit.acquire(undefined);
    const controller = new AbortController();
    const given = limit.acquire(controller.signal)!;
    const patient = limit.acquire(undefined)!;
    controller.abort();
    await expect(given).rejects.toMatchObject({ name: 'AbortError' });
    limit.release();
    await patient;
    expect(limit.count).toBe(1);
    expect(() => limit.acquire(controller.signal)).toThrow(expect.objectContaining({ name: 'AbortError' }));
  });

  it('is idle when the last slot is back', async () => {
    const limit = new InFlightLimit(3);
    await limit.whenIdle();
    limit.acquire(undefined);
    limit.acquire(undefined);
    let isIdle = false;
    const idle = limit.whenIdle().then(() => (isIdle = true));
    limit.release();
    await Promise.resolve();
    expect(isIdle).toBe(false);
    limit.release();
    await idle;
  });

  it('closed, turns away who waits and who comes', async () => {
    const limit = new InFlightLimit(1);
    limit.acquire(undefined);
    const waiting = limit.acquire(undefined)!;
    limit.close();
    await expect(waiting).rejects.toMatchObject({ code: 'RMQ_SHUTDOWN' });
    expect(() => limit.acquire(undefined)).toThrow(expect.objectContaining({ code: 'RMQ_SHUTDOWN' }));
  });
});
