import { describe, expect, it } from 'vitest';
import { StoreWorld } from '../../test/store-world.ts';
import type { Appended } from '../ports.ts';

const isLog = (path: string): boolean => path.includes('/commitlog/');

describe('a write that fails', () => {
  it.each(['ENOSPC', 'EIO'])('with %s takes back the turn and its queue offsets; sends resume by themselves', async (systemCode) => {
    const world = await StoreWorld.open();
    await world.sendNow({ body: Buffer.from('before') });
    const { maxPhysicalOffset } = world.store.admin;
    world.host.disk.faults.fail({ call: 'writeAt', systemCode, times: 3, path: isLog });
    const failing = [world.send({ queueId: 0 }), world.send({ queueId: 1 }, false), world.send({ queueId: 0 })];
    await world.simulation.runFor(1);
    expect(failing.map((one) => one.outcome)).toEqual(Array(3).fill('SERVICE_NOT_AVAILABLE'));
    expect(world.store.admin.maxPhysicalOffset).toBe(maxPhysicalOffset);
    expect(world.store.admin.isWriteable).toBe(false);
    expect(world.send().outcome).toBe('SERVICE_NOT_AVAILABLE');
    expect(world.bodies()).toEqual(['before']);

    await world.simulation.runUntil(() => world.store.admin.isWriteable, 10_000);
    const after = world.send({ body: Buffer.from('after') });
    expect([(after.result as Appended).queueOffset, (after.result as Appended).physicalOffset]).toEqual([1, maxPhysicalOffset]);
    await world.simulation.runUntilIdle();
    expect(after.outcome).toBe('PUT_OK');
    expect(world.bodies()).toEqual(['before', 'after']);
    expect(world.bodies('Topic', 1)).toEqual([]);
  });

  it('on a full disk refuses within the turn, and takes sends again within 10 s of room being made', async () => {
    const world = await StoreWorld.open({ mappedFileSizeCommitLog: 1 << 20, diskSpaceWarningLevelRatio: 1 });
    const sent: string[] = [];
    world.host.disk.freeBytes = 60_000;
    for (let count = 0; world.store.admin.isWriteable; count++) {
      const body = Buffer.alloc(900, `${count} `);
      if ((await world.sendNow({ body })) === 'PUT_OK') sent.push(body.toString());
      expect(count).toBeLessThan(200);
    }
    expect(sent.length).toBeGreaterThan(10);
    await world.simulation.runFor(30_000);
    expect(world.store.admin.isWriteable).toBe(false);
    expect(world.bodies()).toEqual(sent);

    world.host.disk.freeBytes = 10_000_000;
    const before = world.simulation.nowMs;
    await world.simulation.runUntil(() => world.store.admin.isWriteable, 10_000);
    expect(world.simulation.nowMs - before).toBeLessThan(10_000);
    expect(await world.sendNow({ body: Buffer.from('again') })).toBe('PUT_OK');
    world.host.kill();
    await world.open();
    expect(world.bodies()).toEqual([...sent, 'again']);
  });

  it('leaves nothing behind that a crash could bring back', async () => {
    for (let nth = 1; nth <= 3; nth++) {
      const world = await StoreWorld.open({}, nth);
      await world.sendNow({ body: Buffer.from('kept') });
      world.host.disk.faults.fail({ call: 'writeAt', systemCode: 'EIO', times: Infinity, path: isLog });
      for (let count = 0; count < 5; count++) world.send({ body: Buffer.from(`refused ${count}`) });
      await world.simulation.runFor(10);
      world.host.kill();
      world.host.disk.faults.clear();
      await world.open();
      expect(world.bodies()).toEqual(['kept']);
      expect((world.send().result as Appended).queueOffset).toBe(1);
    }
  });

  it('takes back a turn that has begun a new file', async () => {
    const world = await StoreWorld.open({ mappedFileSizeCommitLog: 16 * 1024 });
    await world.sendNow({ body: Buffer.alloc(10_000, 'a') });
    world.host.disk.faults.fail({ call: 'writeAt', systemCode: 'ENOSPC', nth: 2, path: isLog });
    const sendings = Array.from({ length: 10 }, (_, count) => world.send({ body: Buffer.alloc(3000, count) }));
    await world.simulation.runFor(1);
    expect(new Set(sendings.map((one) => one.outcome))).toEqual(new Set(['SERVICE_NOT_AVAILABLE']));
    await world.simulation.runUntil(() => world.store.admin.isWriteable, 10_000);
    expect(await world.sendNow({ body: Buffer.alloc(3000, 'b') })).toBe('PUT_OK');
    expect(world.read().map((one) => one.queueOffset)).toEqual([0, 1]);
    world.host.kill();
    await world.open();
    expect(world.read().map((one) => one.body[0])).toEqual([97, 98]);
  });

  it('in creating the next file refuses only what does not fit into the present one', async () => {
    const world = await StoreWorld.open({ mappedFileSizeCommitLog: 16 * 1024 });
    await world.sendNow({ body: Buffer.alloc(10_000) });
    world.host.disk.faults.fail({ call: 'create', systemCode: 'ENOSPC', times: 3, path: isLog });
    const pending = world.send({ body: Buffer.from('fits') });
    expect(world.send({ body: Buffer.alloc(8000) }).outcome).toBe('SERVICE_NOT_AVAILABLE');
    await world.simulation.runUntilIdle();
    expect(pending.outcome).toBe('PUT_OK');
    await world.simulation.runUntil(() => world.store.admin.isWriteable, 10_000);
    expect(await world.sendNow({ body: Buffer.alloc(8000) })).toBe('PUT_OK');
    expect(world.read().map((one) => one.queueOffset)).toEqual([0, 1, 2]);
  });
});
