import { describe, expect, it } from 'vitest';
import { fill, HA_PORT, type HaHost, HaWorld } from '../../test/replicate/ha-world.ts';
import { FILE_BYTES, MemoryLog } from '../../test/replicate/memory-log.ts';
import { RawPeer } from '../../test/replicate/raw-peer.ts';
import type { MasterToFollow } from '../ports.ts';

type LogEnds = Awaited<ReturnType<MasterToFollow['logEnds']>>;

/** A slave, and a master that is played by hand; `peers` are the connections it has had. */
async function following(options: { readonly ends?: LogEnds; readonly ownRecords?: number; readonly seed?: number } = {}): Promise<{
  world: HaWorld;
  slave: HaHost;
  peers: RawPeer[];
  /** What a master has of which the slave's log is a copy. */
  log: MemoryLog;
  peer: () => RawPeer;
}> {
  const world = new HaWorld(options.seed ?? 5);
  world.sim.host('master');
  const peers = await RawPeer.listen(world.sim, 'master', HA_PORT);
  const slave = await world.slave();
  const log = new MemoryLog();
  for (let number = 0; number < 600; number += 1) {
    const [size, filling] = [100 + ((number * 37) % 400), 1 + (number % 250)];
    log.append(size, filling);
    if (number < (options.ownRecords ?? 0)) slave.log.append(size, filling);
  }
  log.runTurn();
  await world.sim.runUntilIdle();
  const ends = 'ends' in options ? options.ends : { minOffset: 0, maxOffset: log.end };
  slave.replication.follow({ haAddress: `master:${HA_PORT}`, logEnds: () => Promise.resolve(ends) });
  await world.sim.runUntilIdle();
  return { world, slave, peers, log, peer: () => peers[peers.length - 1] as RawPeer };
}

function status(slave: HaHost) {
  return slave.replication.status.master;
}

describe('an empty slave', () => {
  it('asks for the whole log with a report of 1, the first byte being known', async () => {
    const { world, slave, log, peer } = await following();
    expect(peer().reports).toEqual([1]);
    peer().push(1, log.bytes.subarray(1, 5000));
    await world.sim.runUntilIdle();
    expect(slave.log.bytes.equals(log.bytes.subarray(0, slave.log.end))).toBe(true);
    expect(slave.log.end).toBeGreaterThan(4500);
    expect(peer().reports.at(-1)).toBe(slave.log.end);
    expect(status(slave)).toMatchObject({ state: 'following', receivedOffset: 5000 });
  });

  it('says 0 to a master that does not tell its ends, and takes what it begins with', async () => {
    const { world, slave, peer } = await following({ ends: undefined });
    expect(peer().reports).toEqual([0]);
    peer().push(FILE_BYTES * 3);
    await world.sim.runUntilIdle();
    expect([slave.log.minOffset, slave.log.end, status(slave)?.state]).toEqual([FILE_BYTES * 3, FILE_BYTES * 3, 'following']);
    const source = new MemoryLog();
    source.append(300);
    source.runTurn();
    peer().push(FILE_BYTES * 3, source.bytes);
    await world.sim.runUntilIdle();
    expect(peer().reports).toEqual([0, FILE_BYTES * 3, FILE_BYTES * 3 + 300]);
  });

  it('begins where the master’s log begins', async () => {
    const { world, slave, log, peer } = await following({ ends: { minOffset: FILE_BYTES, maxOffset: FILE_BYTES + 100_000 } });
    expect(peer().reports).toEqual([FILE_BYTES]);
    peer().push(FILE_BYTES, log.bytes.subarray(0, 1000));
    await world.sim.runUntilIdle();
    expect(slave.log.minOffset).toBe(FILE_BYTES);
    expect(slave.log.end).toBeGreaterThan(FILE_BYTES);
  });

  it('forgets a record that was not whole when the connection broke, and asks for it again', async () => {
    const { world, slave, log, peers, peer } = await following();
    peer().push(1, log.bytes.subarray(1, 50));
    await world.sim.runUntilIdle();
    expect([slave.log.end, slave.log.receivedEnd]).toEqual([0, 50]);
    peer().conn.destroy();
    await world.sim.runUntil(() => peers.length === 2);
    await world.sim.runUntilIdle();
    expect(peer().reports).toEqual([1]);
    peer().push(1, log.bytes.subarray(1));
    await world.sim.runUntil(() => slave.log.end === log.end);
    expect(slave.log.bytes.equals(log.bytes)).toBe(true);
  });

  it.each([
    ['in what it says', { minOffset: 1000, maxOffset: 5000 }, undefined],
    ['in what it sends', undefined, 1000],
  ])('refuses a master whose files have another size, %s', async (_name, ends, pushedOffset) => {
    const { world, slave, peers } = await following({ ends });
    if (pushedOffset !== undefined) peers[0]?.push(pushedOffset, Buffer.alloc(10));
    await world.sim.runUntilIdle();
    expect(status(slave)).toMatchObject({ state: 'refused', reason: expect.stringContaining('set mappedFileSizeCommitLog') });
    expect(slave.lines()).toEqual([expect.stringContaining('set mappedFileSizeCommitLog')]);
  });
});

describe('a slave with a log', () => {
  it('has the end of it compared before it says anything, then acknowledges and takes what follows', async () => {
    const { world, slave, log, peer } = await following({ ownRecords: 500 });
    const own = slave.log.end;
    const from = own - 65_536;
    expect(peer().reports).toEqual([from]);
    peer().push(from);
    peer().push(from, log.bytes.subarray(from, own - 10));
    await world.sim.runFor(6000);
    expect([peer().reports, status(slave)?.state]).toEqual([[from], 'verifying']);
    peer().push(own - 10, log.bytes.subarray(own - 10, own + 2000));
    await world.sim.runUntilIdle();
    expect(peer().reports.slice(0, 2)).toEqual([from, own]);
    expect([peer().reports.at(-1), status(slave)?.state]).toEqual([slave.log.end, 'following']);
    expect(slave.log.end).toBeGreaterThan(own + 1000);
    expect(slave.log.bytes.equals(log.bytes.subarray(0, slave.log.end))).toBe(true);
  });

  it('acknowledges its end when there is nothing more, without being asked', async () => {
    const { world, slave, log, peer } = await following({ ownRecords: 600 });
    const { end } = slave.log;
    expect(end).toBe(log.end);
    peer().push(end - 65_536, log.bytes.subarray(end - 65_536));
    await world.sim.runUntilIdle();
    expect(peer().reports).toEqual([end - 65_536, end]);
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('finds a difference wherever it is, keeps its log and says so once (seed %i)', async (seed) => {
    const { world, slave, log, peers, peer } = await following({ ownRecords: 500, seed });
    const { end } = slave.log;
    const before = Buffer.from(slave.log.bytes);
    const from = end - 65_536;
    const other = Buffer.from(log.bytes.subarray(from, end + 500));
    const differsAt = Math.floor((65_535 * (seed - 1)) / 7);
    other.writeUInt8(other.readUInt8(differsAt) ^ 1, differsAt);
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      await world.sim.runUntil(() => peers.length === attempt);
      for (let at = 0; at < other.length; at += 32_768) peer().push(from + at, other.subarray(at, at + 32_768));
      await world.sim.runUntil(() => peer().isClosed);
      await world.sim.runUntilIdle();
      expect(peer().reports).toEqual([from]);
      expect(status(slave)).toMatchObject({ state: 'refused', reason: expect.stringContaining(`the logs differ at ${from + differsAt} (this one ends at ${end}, the master's at ${log.end})`) });
    }
    expect(slave.lines()).toEqual([expect.stringContaining('Keep this store, it may hold messages that were confirmed')]);
    expect(slave.log.bytes.equals(before)).toBe(true);
    expect(world.sim.nowMs).toBeGreaterThan(60_000);
  });

  it.each([
    ['ahead of its master', { minOffset: 0, maxOffset: 1000 }, 'ahead of the master'],
    ['behind what its master has kept', { minOffset: FILE_BYTES * 2, maxOffset: FILE_BYTES * 3 }, 'the bytes between are gone'],
  ])('that is %s does not even connect', async (_name, ends, reason) => {
    const { world, slave, peers } = await following({ ownRecords: 100, ends });
    await world.sim.runFor(100_000);
    expect(peers.length).toBe(0);
    expect(status(slave)).toMatchObject({ state: 'refused', reason: expect.stringContaining(reason) });
    expect(slave.lines('error')).toEqual([expect.stringContaining(reason)]);
  });

  it('that is ahead of a master that does not tell its ends notices by its heartbeats', async () => {
    const { world, slave, log, peer } = await following({ ownRecords: 500, ends: undefined });
    const from = slave.log.end - 65_536;
    peer().push(from);
    peer().push(from, log.bytes.subarray(from, from + 1000));
    for (let beat = 0; beat < 3; beat += 1) peer().push(from + 1000);
    await world.sim.runUntilIdle();
    expect([peer().isClosed, peer().reports]).toEqual([true, [from]]);
    expect(status(slave)).toMatchObject({ state: 'refused', reason: expect.stringContaining(`ahead of the master's, which ends at ${from + 1000}`) });
  });
});

describe('a slave reports', () => {
  it('once a turn, what is whole and written', async () => {
    const { world, log, peer } = await following();
    const pieces = 40;
    for (let piece = 0; piece < pieces; piece += 1) peer().push(1 + piece * 100, log.bytes.subarray(1 + piece * 100, 101 + piece * 100));
    await world.sim.runUntilIdle();
    expect(peer().reports.length).toBeLessThan(pieces / 2);
    expect(peer().reports).toEqual(peer().reports.toSorted((a, b) => a - b));
  });

  it('only what is flushed when the log says so', async () => {
    const { world, slave, log, peer } = await following();
    slave.log.isFlushing = true;
    peer().push(1, log.bytes.subarray(1));
    await world.sim.runUntilIdle();
    expect(peer().reports).toEqual([1]);
    slave.log.flushAll();
    await world.sim.runUntilIdle();
    expect(peer().reports).toEqual([1, log.end]);
  });

  it('at once in answer to the first heartbeat, then every haSendHeartbeatInterval', async () => {
    const { world, peer } = await following();
    peer().push(1);
    await world.sim.runUntilIdle();
    expect(peer().reports).toEqual([1, 1]);
    for (let second = 0; second < 20; second += 1) {
      peer().push(1);
      await world.sim.runFor(1000);
    }
    expect(peer().reports.length).toBeGreaterThanOrEqual(5);
    expect(peer().reports.length).toBeLessThanOrEqual(6);
  });
});

describe('a slave leaves a master', () => {
  it('that is silent for longer than haHousekeepingInterval, and dials again', async () => {
    const { world, slave, peers } = await following();
    peers[0]?.push(1);
    await world.sim.runFor(19_000);
    expect(peers[0]?.isClosed).toBe(false);
    await world.sim.runFor(3000);
    expect([peers[0]?.isClosed, peers.length]).toEqual([true, 2]);
    expect(slave.lines()).toEqual([expect.stringContaining('silent for more than 20000 ms')]);
  });

  it.each([
    ['skips bytes', 7, 'from 7 on where 1 follows'],
    ['sends bytes twice', 0, 'from 0 on where 1 follows'],
  ])('that %s', async (_name, offset, line) => {
    const { world, slave, log, peers } = await following();
    peers[0]?.push(offset, log.bytes.subarray(offset, 100));
    await world.sim.runUntil(() => peers.length === 2);
    expect([peers[0]?.isClosed, slave.log.end]).toEqual([true, 0]);
    expect(slave.lines()).toEqual([expect.stringContaining(line)]);
  });

  it.each([
    ['a negative size', Buffer.from('0000000000000001ffffffff', 'hex')],
    ['an absurd size', Buffer.from('00000000000000017fffffff', 'hex')],
    ['a negative offset', Buffer.from('ffffffffffffffff00000001', 'hex')],
    ['HTTP', Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')],
  ])('that sends %s, and says what to look at', async (_name, bytes) => {
    const { world, slave, peer } = await following();
    peer().conn.write([bytes]);
    await world.sim.runUntilIdle();
    expect(peer().isClosed).toBe(true);
    expect(status(slave)).toMatchObject({ state: 'refused', reason: expect.stringContaining('listenPort + 1') });
    expect(slave.log.receivedEnd).toBe(0);
  });

  it('whose bytes are no log, until somebody acts', async () => {
    const { world, slave, log, peers } = await following();
    slave.log.refusal = { kind: 'not a log', reason: 'No record begins at 0.' };
    peers[0]?.push(1, log.bytes.subarray(1, 100));
    await world.sim.runFor(20_000);
    expect(status(slave)).toMatchObject({ state: 'refused', reason: 'No record begins at 0.' });
    expect(peers.length).toBe(1);
    slave.log.refusal = undefined;
    await world.sim.runUntil(() => peers.length === 2);
    peers[1]?.push(1, log.bytes.subarray(1));
    await world.sim.runUntil(() => slave.log.end === log.end);
    expect(status(slave)).toMatchObject({ state: 'following', reason: undefined });
  });

  it('while its disk does not take the bytes, and goes on when it does', async () => {
    const { world, slave, log, peers } = await following();
    peers[0]?.push(1, log.bytes.subarray(1, 5000));
    await world.sim.runUntilIdle();
    slave.log.refusal = { kind: 'not writeable', reason: 'The disk is full.' };
    peers[0]?.push(5000, log.bytes.subarray(5000, 6000));
    for (let attempt = 1; attempt < 4; attempt += 1) {
      await world.sim.runUntil(() => peers.length === attempt + 1);
      await world.sim.runUntilIdle();
      peers[attempt]?.push(1, log.bytes.subarray(1));
      await world.sim.runUntil(() => peers[attempt]?.isClosed === true);
    }
    slave.log.refusal = undefined;
    await world.sim.runUntil(() => peers.length === 5);
    await world.sim.runUntilIdle();
    expect(peers[4]?.reports).toEqual([1]);
    peers[4]?.push(1, log.bytes.subarray(1));
    await world.sim.runUntil(() => slave.log.end === log.end);
    expect(slave.log.bytes.equals(log.bytes)).toBe(true);
  });
});

describe('a slave dials', () => {
  it('again and again, ever more slowly, and says so once', async () => {
    const world = new HaWorld(3);
    world.sim.host('master');
    const slave = await world.slave();
    let asked = 0;
    slave.replication.follow({
      haAddress: `master:${HA_PORT}`,
      logEnds: () => {
        asked += 1;
        return Promise.reject(new Error('connection refused'));
      },
    });
    await world.sim.runFor(10_000);
    expect(asked).toBeGreaterThanOrEqual(7);
    expect(asked).toBeLessThanOrEqual(9);
    await world.sim.runFor(50_000);
    expect(asked).toBeLessThanOrEqual(20);
    expect(slave.lines()).toEqual([expect.stringContaining('cannot be reached')]);
    expect(status(slave)?.state).toBe('connecting');
    const peers = await RawPeer.listen(world.sim, 'master', HA_PORT);
    await world.sim.runUntil(() => peers.length === 1);
    peers[0]?.push(0);
    await world.sim.runUntil(() => status(slave)?.state === 'following');
    expect(slave.lines('info').at(-1)).toBe('This slave follows its master.');
  });

  it('without the master’s ends when these do not come', async () => {
    const world = new HaWorld(3);
    const peers = await RawPeer.listen(world.sim, 'master', HA_PORT);
    const slave = await world.slave();
    slave.replication.follow({ haAddress: `master:${HA_PORT}`, logEnds: () => new Promise(() => {}) });
    await world.sim.runUntil(() => peers.length === 1, 6000);
    await world.sim.runUntilIdle();
    expect(peers[0]?.reports).toEqual([0]);
  });

  it('slowly a master that closes every connection', async () => {
    const { world, slave, peers } = await following();
    const endMs = world.sim.nowMs + 60_000;
    while (world.sim.nowMs < endMs) {
      for (const peer of peers) peer.conn.destroy();
      await world.sim.runFor(50);
    }
    expect(peers.length).toBeLessThan(25);
    expect(slave.lines()).toEqual([expect.stringContaining('closed the connection without a word; its log may say why, and this must be its HA port')]);
  });

  it('slowly a master that breaks off as soon as it is followed', async () => {
    const { world, slave, peers } = await following();
    const endMs = world.sim.nowMs + 60_000;
    while (world.sim.nowMs < endMs) {
      for (const peer of peers) peer.push(1);
      await world.sim.runFor(50);
      for (const peer of peers) peer.conn.destroy();
      await world.sim.runFor(50);
    }
    expect(peers.length).toBeLessThan(25);
    expect(slave.lines('info').length).toBeLessThan(60);
  });

  it('at once the master that has moved, and hears no more of the old one', async () => {
    const { world, slave, log, peers } = await following();
    peers[0]?.push(1, log.bytes.subarray(1, 5000));
    await world.sim.runUntilIdle();
    const moved = await RawPeer.listen(world.sim, 'elsewhere', HA_PORT);
    slave.replication.follow({ haAddress: `elsewhere:${HA_PORT}`, logEnds: () => Promise.resolve({ minOffset: 0, maxOffset: log.end }) });
    await world.sim.runFor(50);
    expect([peers[0]?.isClosed, moved.length, moved[0]?.reports]).toEqual([true, 1, [1]]);
    moved[0]?.push(1, log.bytes.subarray(1));
    await world.sim.runUntil(() => slave.log.end === log.end);
    await world.sim.runFor(6000);
    expect([peers.length, slave.log.bytes.equals(log.bytes)]).toEqual([1, true]);
    expect(status(slave)).toMatchObject({ haAddress: `elsewhere:${HA_PORT}`, state: 'following' });
  });

  it('no other connection when it is told the same address again, or none', async () => {
    const { world, slave, peers } = await following();
    const same: MasterToFollow = { haAddress: `master:${HA_PORT}`, logEnds: () => Promise.resolve(undefined) };
    peers[0]?.push(1);
    for (let round = 0; round < 3; round += 1) {
      slave.replication.follow(same);
      await world.sim.runFor(1000);
      slave.replication.follow(undefined);
      await world.sim.runFor(1000);
    }
    expect([peers.length, peers[0]?.isClosed, status(slave)?.state]).toEqual([1, false, 'following']);
    peers[0]?.conn.destroy();
    await world.sim.runFor(10_000);
    expect([peers.length, status(slave)]).toEqual([1, { haAddress: undefined, state: 'unknown', reason: undefined, receivedOffset: 0 }]);
    slave.replication.follow(same);
    await world.sim.runFor(100);
    expect(peers.length).toBe(2);
  });

  it.each(['nonsense', ':1', 'host:', 'host:99999'])('nobody at %s, and says what is wrong', async (haAddress) => {
    const world = new HaWorld(3);
    const slave = await world.slave();
    slave.replication.follow({ haAddress, logEnds: () => Promise.resolve(undefined) });
    await world.sim.runFor(70_000);
    expect(slave.lines()).toEqual([expect.stringContaining(`'${haAddress}' is not an address: expected host:port of the master's HA port`)]);
    expect(status(slave)?.state).toBe('refused');
  });

  it('itself only to notice it', async () => {
    const world = new HaWorld(3);
    const slave = await world.slave();
    slave.follow(slave);
    await world.sim.runFor(70_000);
    expect(slave.lines()).toEqual([expect.stringContaining('is this broker itself; set haMasterAddress')]);
    expect(status(slave)?.state).toBe('refused');
    expect(slave.replication.status.replicas).toEqual([]);
    const master = await world.master();
    fill(master, 10);
    slave.follow(master);
    await world.untilEqual(master, slave);
  });

  it('nobody after its stop', async () => {
    const { world, slave, peers } = await following();
    peers[0]?.push(1);
    await world.sim.runUntilIdle();
    await world.sim.run(slave.replication.stop());
    slave.replication.follow({ haAddress: `elsewhere:${HA_PORT}`, logEnds: () => Promise.resolve(undefined) });
    await world.sim.runFor(60_000);
    expect([peers.length, peers[0]?.isClosed]).toEqual([1, true]);
  });
});
