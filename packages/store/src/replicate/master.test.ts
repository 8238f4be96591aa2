import { describe, expect, it } from 'vitest';
import { fill, HA_OPTIONS, HA_PORT, type HaHost, HaWorld } from '../../test/replicate/ha-world.ts';
import { FILE_BYTES } from '../../test/replicate/memory-log.ts';
import { RawPeer } from '../../test/replicate/raw-peer.ts';

async function serving(recordCount: number, options: Partial<typeof HA_OPTIONS> = {}): Promise<{ world: HaWorld; master: HaHost; dial: (from?: string) => Promise<RawPeer> }> {
  const world = new HaWorld(11);
  const master = await world.master(options);
  fill(master, recordCount);
  await world.sim.runUntilIdle();
  const dial = (from = 'peer'): Promise<RawPeer> => {
    world.sim.host(from);
    return RawPeer.connect(world.sim, from, { host: 'master', port: HA_PORT });
  };
  return { world, master, dial };
}

describe('to a slave that connects, a master', () => {
  it('sends nothing before the first report, then a heartbeat at once and the log from there on', async () => {
    const { world, master, dial } = await serving(500);
    const peer = await dial();
    await world.sim.runFor(6000);
    expect(peer.receivedBytes).toBe(0);
    expect(master.replication.status.replicas).toMatchObject([{ state: 'waiting' }]);
    peer.report(1000);
    await world.sim.runUntilIdle();
    expect(peer.pushes[0]).toEqual({ physicalOffset: 1000, bodyBytes: 0 });
    expect(peer.bodies.equals(master.log.bytes.subarray(1000))).toBe(true);
    let next = 1000;
    for (const { physicalOffset, bodyBytes } of peer.pushes) {
      expect(physicalOffset).toBe(next);
      expect(bodyBytes).toBeLessThanOrEqual(HA_OPTIONS.haTransferBatchSize);
      next += bodyBytes;
    }
  });

  it('sends what a turn wrote with that turn, one push for all', async () => {
    const { world, master, dial } = await serving(10);
    const peer = await dial();
    peer.report(master.log.end);
    await world.sim.runUntilIdle();
    const from = master.log.end;
    for (let number = 0; number < 20; number += 1) master.log.append(100);
    await world.sim.runUntilIdle();
    expect(peer.pushes.slice(1)).toEqual([{ physicalOffset: from, bodyBytes: 2000 }]);
  });

  it('never lets a push reach into the next file', async () => {
    const { world, master, dial } = await serving(0);
    while (master.log.receivedEnd < FILE_BYTES * 3) fill(master, 50);
    const peer = await dial();
    peer.report(1);
    await world.sim.runUntilIdle();
    expect(peer.bodies.equals(master.log.bytes.subarray(1))).toBe(true);
    for (const { physicalOffset, bodyBytes } of peer.pushes) {
      expect(Math.floor(physicalOffset / FILE_BYTES)).toBe(Math.floor((physicalOffset + Math.max(0, bodyBytes - 1)) / FILE_BYTES));
    }
  });

  it('sends what it reads from files unspoiled, in memory that it uses again and again', async () => {
    const { world, master, dial } = await serving(0);
    master.log.isCold = true;
    while (master.log.receivedEnd < 12 * 1024 * 1024) fill(master, 500, master.log.receivedEnd);
    const peers = [await dial(), await dial('other')];
    for (const peer of peers) {
      peer.report(1);
      peer.conn.pause();
    }
    await world.sim.runFor(100);
    for (const peer of peers) peer.conn.resume();
    await world.sim.runUntilIdle();
    for (const peer of peers) expect(peer.bodies.equals(master.log.bytes.subarray(1))).toBe(true);
  });

  it('sends a heartbeat whenever it has had nothing to send for haSendHeartbeatInterval', async () => {
    const { world, master, dial } = await serving(10);
    const peer = await dial();
    const { end } = master.log;
    peer.report(end);
    for (let round = 0; round < 4; round += 1) {
      await world.sim.runFor(5500);
      peer.report(end);
    }
    expect(peer.heartbeats.length).toBeGreaterThanOrEqual(4);
    expect(new Set(peer.heartbeats)).toEqual(new Set([end]));
    expect(peer.isClosed).toBe(false);
  });

  it('sends under SYNC_FLUSH what is flushed, and begins with the last file when that has something flushed', async () => {
    const { world, master, dial } = await serving(0);
    master.log.isFlushing = true;
    fill(master, 10);
    master.log.flushAll();
    await world.sim.runUntilIdle();
    const flushed = master.log.end;
    while (master.log.receivedEnd < FILE_BYTES) fill(master, 50);
    const [behind, fresh] = [await dial('behind'), await dial('fresh')];
    behind.report(1);
    fresh.report(0);
    await world.sim.runFor(100);
    expect([behind.bodies.length, fresh.receivedBytes]).toEqual([flushed - 1, 0]);
    master.log.flushAll();
    await world.sim.runUntilIdle();
    expect(behind.bodies.equals(master.log.bytes.subarray(1))).toBe(true);
    expect(fresh.pushes[0]).toEqual({ physicalOffset: FILE_BYTES, bodyBytes: 0 });
    expect(fresh.bodies.equals(master.log.bytes.subarray(FILE_BYTES))).toBe(true);
  });
});

describe('an acknowledgement', () => {
  it('is not the first report, but any later one up to what was sent', async () => {
    const { world, master, dial } = await serving(100);
    const peer = await dial();
    peer.report(500);
    await world.sim.runFor(50);
    expect([master.log.ackedOffset, master.log.isAvailable]).toEqual([0, true]);
    peer.report(500);
    await world.sim.runFor(50);
    expect(master.log.ackedOffset).toBe(500);
    peer.report(503, 700, master.log.end);
    await world.sim.runFor(50);
    expect(master.log.ackedOffset).toBe(master.log.end);
  });

  it('of a slave that comes back at the very end counts with its next report', async () => {
    const { world, master, dial } = await serving(100);
    const peer = await dial();
    peer.report(master.log.end);
    await world.sim.runFor(50);
    expect(master.log.ackedOffset).toBe(0);
    peer.report(master.log.end);
    await world.sim.runFor(50);
    expect(master.log.ackedOffset).toBe(master.log.end);
  });

  it.each([
    ['negative', (peer: RawPeer) => peer.report(-1), 'negative offset'],
    ['falling', (peer: RawPeer) => peer.report(600, 599), 'a report of 599 after one of 600'],
    ['falling below the position', (peer: RawPeer) => peer.report(499), 'a report of 499 after one of 500'],
    ['beyond what was sent', (peer: RawPeer) => peer.report(1_000_000), 'it reports offset 1000000'],
    ['the largest long', (peer: RawPeer) => peer.conn.write([Buffer.from('7fffffffffffffff', 'hex')]), 'beyond 2^53'],
    ['text', (peer: RawPeer) => peer.conn.write([Buffer.from('GET / HTTP/1.1\r\n\r\n')]), 'beyond 2^53'],
  ])('that is %s closes that connection with one line, and others notice nothing', async (_name, forge, line) => {
    const { world, master, dial } = await serving(100);
    const [honest, forger] = [await dial('honest'), await dial('forger')];
    honest.report(500);
    forger.report(500);
    await world.sim.runFor(50);
    forge(forger);
    await world.sim.runFor(50);
    expect([forger.isClosed, honest.isClosed, master.log.ackedOffset]).toEqual([true, false, 0]);
    expect(master.lines()).toEqual([expect.stringContaining(line)]);
    expect(master.replication.status.replicas).toHaveLength(1);
    honest.report(master.log.end);
    await world.sim.runFor(50);
    expect(master.log.ackedOffset).toBe(master.log.end);
  });

  it('may lie inside a record, as a Java slave counts', async () => {
    const { world, master, dial } = await serving(100);
    const peer = await dial();
    peer.report(1);
    await world.sim.runFor(50);
    for (let offset = 7; offset < 1000; offset += 13) {
      peer.report(offset);
      await world.sim.runFor(1);
      expect(master.log.ackedOffset).toBeLessThanOrEqual(offset);
    }
    await world.sim.runFor(10);
    expect([master.log.ackedOffset, peer.isClosed]).toEqual([995, false]);
  });

  it('of a slave that got the last file only does not release who waits for older bytes', async () => {
    const { world, master, dial } = await serving(10);
    const old = await dial('old');
    old.report(master.log.end);
    await world.sim.runFor(50);
    while (master.log.receivedEnd < FILE_BYTES + 1000) fill(master, 50);
    await world.sim.runFor(50);
    const fresh = await dial('fresh');
    fresh.report(0);
    await world.sim.runFor(50);
    fresh.report(master.log.end);
    await world.sim.runFor(50);
    expect(master.log.ackedOffset).toBe(0);
    old.report(FILE_BYTES);
    await world.sim.runFor(50);
    expect(master.log.ackedOffset).toBe(FILE_BYTES);
    fresh.report(master.log.end);
    await world.sim.runFor(50);
    expect(master.log.ackedOffset).toBe(master.log.end);
  });

  it('of such a slave counts when nobody has been there to be waited for', async () => {
    const { world, master, dial } = await serving(0);
    const old = await dial('old');
    old.report(0);
    while (master.log.receivedEnd < FILE_BYTES + 1000) fill(master, 50);
    await world.sim.runFor(50);
    const fresh = await dial('fresh');
    fresh.report(0);
    await world.sim.runFor(50);
    expect(fresh.pushes[0]).toEqual({ physicalOffset: FILE_BYTES, bodyBytes: 0 });
    old.conn.destroy();
    await world.sim.runFor(50);
    fresh.report(master.log.end);
    await world.sim.runFor(50);
    expect([master.log.ackedOffset, master.log.availabilities]).toEqual([0, [true, false]]);
    await world.sim.runFor(3000);
    fresh.report(master.log.end);
    await world.sim.runFor(50);
    expect([master.log.ackedOffset, master.log.availabilities]).toEqual([master.log.end, [true, false, true]]);
  });
});

describe('availability', () => {
  it('needs a replica that has said where it is and lags less than haSlaveFallbehindMax', async () => {
    const { world, master, dial } = await serving(100, { haSlaveFallbehindMax: 5000 });
    const far = await dial('far');
    await world.sim.runFor(50);
    expect(master.log.isAvailable).toBe(false);
    far.report(1);
    await world.sim.runFor(50);
    expect([master.log.isAvailable, master.replication.status.replicas[0]?.state]).toEqual([false, 'catching up']);
    far.report(master.log.end - 4999);
    await world.sim.runFor(50);
    expect([master.log.isAvailable, master.replication.status.replicas[0]?.state]).toEqual([true, 'following']);
    fill(master, 10);
    await world.sim.runFor(50);
    expect(master.log.isAvailable).toBe(false);
    far.report(master.log.end);
    await world.sim.runFor(50);
    expect(master.log.isAvailable).toBe(true);
    far.conn.destroy();
    await world.sim.runFor(50);
    expect([master.log.isAvailable, master.log.availabilities]).toEqual([false, [true, false, true, false]]);
  });

  it('is that of any replica, and so is an acknowledgement', async () => {
    const { world, master, dial } = await serving(10);
    const peers = [await dial('one'), await dial('two')];
    for (const peer of peers) peer.report(master.log.end);
    await world.sim.runFor(50);
    const end = master.log.append(300);
    await world.sim.runFor(50);
    peers[1]?.report(end);
    await world.sim.runFor(50);
    expect(master.log.ackedOffset).toBe(end);
    peers[0]?.conn.destroy();
    await world.sim.runFor(50);
    expect([master.log.isAvailable, master.log.availabilities]).toEqual([true, [true]]);
  });
});

describe('a replica that cannot be served', () => {
  it.each([
    ['ahead of this log', 1_000_000, 'its log ends at 1000000, ahead of this one'],
    ['in need of what is deleted', 100, `what lies before ${FILE_BYTES} is deleted here`],
  ])('because it is %s is closed, and told about once however often it comes', async (_name, position, line) => {
    const { world, master, dial } = await serving(0);
    while (master.log.receivedEnd < FILE_BYTES + 1000) fill(master, 50);
    await world.sim.runUntilIdle();
    master.log.deleteFile();
    for (let attempt = 0; attempt < 3; attempt += 1) {
      const peer = await dial();
      peer.report(position);
      await world.sim.runFor(50);
      expect([peer.isClosed, peer.receivedBytes]).toEqual([true, 0]);
    }
    expect(master.lines()).toEqual([expect.stringContaining(line)]);
    expect(master.lines()[0]).toMatch(/start the slave empty|start it empty/);
  });

  it('because its next bytes were deleted meanwhile is closed when its turn comes', async () => {
    const { world, master, dial } = await serving(0);
    while (master.log.receivedEnd < FILE_BYTES * 30) master.log.append(50_000);
    const peer = await dial();
    world.sim.net.link('master', 'peer').bytesPerMs = 10;
    peer.report(1);
    await world.sim.runFor(100);
    for (let file = 0; file < 25; file += 1) master.log.deleteFile();
    world.sim.net.link('master', 'peer').bytesPerMs = Infinity;
    await world.sim.runUntil(() => peer.isClosed);
    expect(master.lines()).toEqual([expect.stringContaining(`what lies before ${FILE_BYTES * 25} is deleted`)]);
  });

  it('because too many are connected is turned away', async () => {
    const { world, master, dial } = await serving(10);
    const peers: RawPeer[] = [];
    for (let count = 0; count < 18; count += 1) {
      const peer = await dial(`peer-${count}`);
      peer.report(master.log.end);
      peers.push(peer);
      await world.sim.runFor(10);
    }
    expect(peers.map(({ isClosed }) => isClosed)).toEqual([...Array<boolean>(16).fill(false), true, true]);
    expect(master.lines()).toEqual([expect.stringContaining('too many are connected')]);
    peers[3]?.conn.destroy();
    await world.sim.runFor(10);
    const late = await dial('late');
    late.report(master.log.end);
    await world.sim.runFor(10);
    expect([late.isClosed, master.replication.status.replicas.length]).toEqual([false, 16]);
  });
});

describe('a peer that says nothing', () => {
  it('is closed, whether it has said nothing at all, half a report, or was a replica', async () => {
    const { world, master, dial } = await serving(10);
    const [mute, half, replica] = [await dial('mute'), await dial('half'), await dial('replica')];
    replica.report(master.log.end);
    for (let second = 0; second < 19; second += 1) {
      half.conn.write([Buffer.alloc(second < 7 ? 1 : 0)]);
      await world.sim.runFor(1000);
    }
    expect([mute.isClosed, half.isClosed, replica.isClosed]).toEqual([false, false, false]);
    await world.sim.runFor(3000);
    expect([mute.isClosed, half.isClosed, replica.isClosed]).toEqual([true, true, true]);
    expect(master.lines()).toEqual(['A replica has not reported for too long; its connection is closed.']);
    expect(master.log.isAvailable).toBe(false);
  });

  it('has time for a Java slave’s first report however short haHousekeepingInterval is', async () => {
    const { world, dial } = await serving(10, { haHousekeepingInterval: 2000 });
    const peer = await dial();
    await world.sim.runFor(9000);
    expect(peer.isClosed).toBe(false);
    peer.report(1);
    await world.sim.runFor(1900);
    expect(peer.isClosed).toBe(false);
    await world.sim.runFor(1000);
    expect(peer.isClosed).toBe(true);
  });
});

describe('a slave that reads slowly', () => {
  it('costs no more than its window, and others are not held up', async () => {
    const { world, master, dial } = await serving(0);
    for (let number = 0; number < 100; number += 1) master.log.append(200_000);
    await world.sim.runUntilIdle();
    const [slow, fast] = [await dial('slow'), await dial('fast')];
    world.sim.net.link('master', 'slow').bytesPerMs = 10;
    slow.report(1);
    fast.report(master.log.end);
    await world.sim.runFor(200);
    for (let round = 0; round < 20; round += 1) {
      master.log.append(1000);
      await world.sim.runFor(2);
    }
    expect(fast.bodies.length).toBe(20_000);
    const inFlight = master.log.readBytes - fast.bodies.length - slow.bodies.length;
    // Its window of 4 MiB, and what the simulated systems hold.
    expect(inFlight).toBeGreaterThan(3 * 1024 * 1024);
    expect(inFlight).toBeLessThanOrEqual((4 + 0.25) * 1024 * 1024);
    world.sim.net.link('master', 'slow').bytesPerMs = 100_000;
    await world.sim.runUntil(() => slow.receivedBytes > master.log.end);
    await world.sim.runUntilIdle();
    expect(slow.bodies.equals(master.log.bytes.subarray(1))).toBe(true);
  });
});

describe('a slave that lags far', () => {
  it('gets 2 MiB a turn, so that the turns of senders stay short, and all in the end', async () => {
    const { world, master, dial } = await serving(0);
    for (let number = 0; number < 100; number += 1) master.log.append(200_000);
    await world.sim.runUntilIdle();
    const peer = await dial();
    peer.report(1);
    let before = 0;
    let most = 0;
    await world.sim.runUntil(() => {
      most = Math.max(most, master.log.readBytes - before);
      before = master.log.readBytes;
      return peer.receivedBytes > master.log.end;
    });
    expect(most).toBe(2 * 1024 * 1024);
  });
});

describe('the port', () => {
  it('that is taken stops the start, with the key to change', async () => {
    const world = new HaWorld(1);
    await RawPeer.listen(world.sim, 'master', HA_PORT);
    await expect(world.master()).rejects.toThrow(/^Address already in use: port 10912.*listenPort \+ 1.*another listenPort$/);
  });

  it('is free after the stop, and who was connected got all that was sent', async () => {
    const { world, master, dial } = await serving(1000);
    const peer = await dial();
    peer.report(1);
    await world.sim.runUntil(() => peer.pushes.length > 1);
    await world.sim.run(Promise.all([master.replication.stop(), master.replication.stop()]));
    await world.sim.runUntilIdle();
    expect(peer.isClosed).toBe(true);
    expect(peer.bodies.equals(master.log.bytes.subarray(1, 1 + peer.bodies.length))).toBe(true);
    expect(master.replication.status.replicas).toEqual([]);
    master.log.append(100);
    await world.sim.runFor(60_000);
    await RawPeer.listen(world.sim, 'master', HA_PORT);
  });
});
