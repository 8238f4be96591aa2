import { createSimulation } from '@rocketmq-ts/kernel/sim';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { monthStartOf, UniqIdGenerator, uniqIdTime } from './uniq-id.ts';

const clockAt = (wallMs: number) => ({ wallMs: () => wallMs, monotonicMs: () => 0 });

describe('UNIQ_KEY', () => {
  it('has the bytes of Java: an id made by MessageClientIDSetter 4.6.0 on a host with an IPv6 address, in UTC', () => {
    // FIX_STRING FD…02 0000 30946E09 with pid 10678 and class loader hash 30946e09; month start 1793491200000.
    const java = 'FD000000000000000000000000000002000030946E096F7E19050000';
    const monthStart = monthStartOf(1795361734917, 0);
    const madeAt = monthStart + 0x6f7e1905;
    const ids = new UniqIdGenerator(clockAt(madeAt), { ip: Buffer.from('fd000000000000000000000000000002', 'hex'), pid: 10678, salt: 0x30946e09 });
    expect(ids.next()).toBe(java);
    expect(uniqIdTime(java, madeAt + 1)).toBe(madeAt);
  });

  it('has 32 digits for IPv4 and keeps the high half of the process id', () => {
    const wallMs = monthStartOf(1795361734917, 0) + 258;
    const ids = new UniqIdGenerator(clockAt(wallMs), { ip: Buffer.from([10, 0, 0, 1]), pid: 0x12345678, salt: 0xdeadbeef });
    expect(ids.next()).toBe('0A0000011234DEADBEEF000001020000');
    expect(ids.next()).toBe('0A0000011234DEADBEEF000001020001');
  });

  it('is unique for 65536 ids of one millisecond, and wraps', () => {
    const ids = new UniqIdGenerator(clockAt(1795361734917), { ip: Buffer.from([10, 0, 0, 1]), pid: 1, salt: 1 });
    const seen = new Set(Array.from({ length: 65_536 }, () => ids.next()));
    expect(seen.size).toBe(65_536);
    expect(seen.has(ids.next())).toBe(true);
  });

  it('begins again with a new month, and when the clock is set back over the boundary', () => {
    const sim = createSimulation(1);
    let now = monthStartOf(1795361734917, 1) - 1;
    const ids = new UniqIdGenerator({ wallMs: () => now, monotonicMs: () => sim.nowMs }, { ip: Buffer.from([1, 2, 3, 4]), pid: 1, salt: 0 });
    const spanOf = (id: string): number => Number.parseInt(id.slice(20, 28), 16);
    expect(spanOf(ids.next())).toBeGreaterThan(27 * 86_400_000);
    now += 1;
    expect(spanOf(ids.next())).toBe(0);
    now -= 2;
    expect(spanOf(ids.next())).toBeGreaterThan(27 * 86_400_000);
  });

  it('tells the moment it was made, in this month or the last', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 32 }), fc.integer({ min: 0, max: 20 * 86_400_000 }), (salt, ageMs) => {
        const madeAt = 1795361734917 + salt;
        const id = new UniqIdGenerator(clockAt(madeAt), { ip: Buffer.from([10, 0, 0, 1]), pid: 9, salt }).next();
        expect(uniqIdTime(id, madeAt + 1 + ageMs)).toBe(madeAt);
      }),
    );
  });

  it.each(['', 'xyz', '0A00000112', 'G'.repeat(32)])('knows that %j is no such id', (text) => {
    expect(uniqIdTime(text, 1795361734917)).toBeUndefined();
  });
});
