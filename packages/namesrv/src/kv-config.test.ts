import { silentLog } from '@rocketmq-ts/kernel';
import { createSimulation } from '@rocketmq-ts/kernel/sim';
import { describe, expect, it } from 'vitest';
import { KvConfig } from './kv-config.ts';

const PATH = '/home/user/namesrv/kvConfig.json';
const DISK_CALLS_MAX = 60;

describe('KvConfig', () => {
  it('shares one write between changes that come while another is under way', async () => {
    const sim = createSimulation(1);
    const kvConfig = new KvConfig(sim.env.disk, PATH);
    const changes = Array.from({ length: 100 }, (_, index) => kvConfig.put('ns', `k${index}`, 'v'));
    await sim.run(Promise.all(changes));
    const calls = sim.disk.faults.changingCalls;
    await sim.run(kvConfig.put('ns', 'one more', 'v'));
    const callsOfOne = sim.disk.faults.changingCalls - calls;
    // The first write also makes the folders; still the hundred took two writes, not a hundred.
    expect(calls).toBeLessThan(callsOfOne * 5);
    const again = new KvConfig(sim.env.disk, PATH);
    again.load(silentLog);
    expect(again.list('ns')?.table.size).toBe(101);
  });

  it('goes on after a write that failed', async () => {
    const sim = createSimulation(1);
    const kvConfig = new KvConfig(sim.env.disk, PATH);
    sim.disk.faults.fail({ call: 'writeAt', systemCode: 'ENOSPC' });
    await expect(sim.run(kvConfig.put('ns', 'a', '1'))).rejects.toMatchObject({ systemCode: 'ENOSPC' });
    await sim.run(kvConfig.put('ns', 'b', '2'));
    const again = new KvConfig(sim.env.disk, PATH);
    again.load(silentLog);
    expect([again.get('ns', 'a'), again.get('ns', 'b')]).toEqual(['1', '2']);
  });

  it('refuses what would fill the memory', () => {
    const kvConfig = new KvConfig(createSimulation(1).env.disk, PATH);
    expect(() => kvConfig.put('n'.repeat(2000), 'k', 'v')).toThrow('1024');
    expect(() => kvConfig.put('n', 'k', 'v'.repeat(70_000))).toThrow('65536');
  });

  it.each(Array.from({ length: DISK_CALLS_MAX }, (_, index) => index + 1))('loses nothing that was answered when the power goes at disk call %i', async (callNumber) => {
    const sim = createSimulation(callNumber);
    const host = sim.host('n');
    const kvConfig = new KvConfig(host.env.disk, PATH);
    host.disk.faults.dieAt(callNumber, 'crash');
    const answered = new Map<string, string>();
    for (let round = 0; round < 8; round++) {
      const isStored = await sim.run(Promise.all([kvConfig.put('ns', 'k', String(round)), kvConfig.put('ns', `k${round}`, 'v')])).then(
        () => true,
        () => false,
      );
      if (!isStored) break;
      answered.set('k', String(round)).set(`k${round}`, 'v');
    }
    const again = new KvConfig(host.env.disk, PATH);
    again.load(silentLog);
    for (const [key, value] of answered) {
      const found = again.get('ns', key);
      // The change that was under way may have made it or not.
      if (key === 'k') expect(Number(found)).toBeGreaterThanOrEqual(Number(value));
      else expect(found).toBe(value);
    }
    host.disk.faults.clear();
  });
});
