import { describe, expect, it } from 'vitest';
import type { Conn, ConnHandler } from '../net.ts';
import type { Simulation } from './index.ts';
import { createSimulation } from './index.ts';

class Peer implements ConnHandler {
  readonly conn: Conn;
  received = Buffer.alloc(0);
  chunks: Buffer[] = [];
  drains = 0;
  closes: (Error | undefined)[] = [];

  constructor(conn: Conn) {
    this.conn = conn;
    conn.handler = this;
  }
  onData(chunk: Buffer): void {
    this.chunks.push(chunk);
    this.received = Buffer.concat([this.received, chunk]);
  }
  onDrain(): void {
    this.drains++;
  }
  onClose(error: Error | undefined): void {
    this.closes.push(error);
  }
}

async function connect(sim: Simulation, from = 'client', to = 'server'): Promise<{ client: Peer; server: Peer }> {
  const accepted: Peer[] = [];
  const listener = await sim.run(sim.host(to).env.net.listen({ port: 0 }, (conn) => void accepted.push(new Peer(conn))));
  const client = new Peer(await sim.run(sim.host(from).env.net.connect({ host: to, port: listener.port, timeoutMs: 1000 })));
  await sim.runUntilIdle();
  return { client, server: accepted[0]! };
}

const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8];

describe('simulated network', () => {
  it.each(SEEDS)('carries every byte in order, in chunks of any size (seed %i)', async (seed) => {
    const sim = createSimulation(seed);
    const { client, server } = await connect(sim);
    const sent = Buffer.from(Array.from({ length: 400_000 }, (_, at) => (at * 7) % 251));
    for (let at = 0; at < sent.length; at += 1000) client.conn.write([sent.subarray(at, at + 400), sent.subarray(at + 400, at + 1000)]);
    server.conn.write([Buffer.from('hello')]);
    await sim.runUntilIdle();
    expect(server.received.equals(sent)).toBe(true);
    expect(server.chunks.length).toBeGreaterThan(5);
    expect(client.received.toString()).toBe('hello');
    expect(client.conn.remote).toEqual(server.conn.local);
    expect(server.conn.remote.host).toBe(sim.host('client').address);
    // A receiver that kept a chunk has kept nothing.
    expect(server.chunks[0]!.every((byte) => byte === 0xdd)).toBe(true);
  });

  it('gives the data to a connector that is slower than its peer', async () => {
    const sim = createSimulation(1);
    await sim.run(
      sim.host('server').env.net.listen({ port: 9876 }, (conn) => {
        new Peer(conn);
        conn.write([Buffer.from('welcome')]);
      }),
    );
    const link = sim.net.link('client', 'server');
    link.minMs = link.maxMs = 50;
    const client = new Peer(await sim.run(sim.host('client').env.net.connect({ host: 'server', port: 9876, timeoutMs: 1000 })));
    await sim.runUntilIdle();
    expect(client.received.toString()).toBe('welcome');
  });

  it('pushes back on a sender whose peer does not read', async () => {
    const sim = createSimulation(1);
    const { client, server } = await connect(sim);
    server.conn.pause();
    let bytes = 0;
    do bytes += 100_000;
    while (client.conn.write([Buffer.alloc(100_000)]));
    expect(client.conn.pendingBytes).toBeGreaterThanOrEqual(1024 * 1024);
    await sim.runUntilIdle();
    expect([client.drains, server.received.length]).toEqual([0, 0]);
    server.conn.resume();
    await sim.runUntilIdle();
    expect([client.drains, client.conn.pendingBytes, server.received.length]).toEqual([1, 0, bytes]);
  });

  it('takes its time on a slow line', async () => {
    const sim = createSimulation(1);
    const { client, server } = await connect(sim);
    sim.net.link('client', 'server').bytesPerMs = 1000;
    const start = sim.nowMs;
    client.conn.write([Buffer.alloc(100_000)]);
    await sim.runUntil(() => server.received.length === 100_000);
    expect(sim.nowMs - start).toBeGreaterThanOrEqual(100);
  });

  it('ends after what was queued, for both, once', async () => {
    const sim = createSimulation(3);
    const { client, server } = await connect(sim);
    server.conn.write([Buffer.from('unread')]);
    client.conn.write([Buffer.alloc(2_000_000, 1)]);
    client.conn.end();
    expect(client.conn.write([Buffer.from('late')])).toBe(false);
    await sim.runUntilIdle();
    expect(server.received.length).toBe(2_000_000);
    expect([client.closes, server.closes]).toEqual([[undefined], [undefined]]);
    expect([sim.net.connectionsOf('client'), sim.net.connectionsOf('server')]).toEqual([0, 0]);
  });

  it('does not wait for ever for a peer that never reads the end', async () => {
    const sim = createSimulation(3);
    const { client, server } = await connect(sim);
    server.conn.pause();
    client.conn.end();
    await sim.runFor(6_000);
    expect([client.closes, server.closes]).toEqual([[undefined], []]);
    server.conn.resume();
    await sim.runUntilIdle();
    expect(server.closes).toEqual([undefined]);
  });

  it('drops what was queued on destroy', async () => {
    const sim = createSimulation(4);
    const { client, server } = await connect(sim);
    client.conn.write([Buffer.alloc(2_000_000, 1)]);
    client.conn.destroy();
    await sim.runUntilIdle();
    expect(server.received.length).toBeLessThan(2_000_000);
    expect([client.closes, server.closes]).toEqual([[undefined], [undefined]]);
  });

  it('refuses, does not find, and does not answer', async () => {
    const sim = createSimulation(1);
    const { net } = sim.host('client').env;
    sim.host('server');
    const outcome = (host: string) =>
      sim.run(net.connect({ host, port: 1, timeoutMs: 700 })).then(
        () => 'connected',
        (error: { code: string }) => error.code,
      );
    expect(await outcome('server')).toBe('NET_ECONNREFUSED');
    expect(await outcome('nobody')).toBe('NET_ENOTFOUND');
    sim.net.partition('client', 'server');
    const start = sim.nowMs;
    expect(await outcome('server')).toBe('NET_ETIMEDOUT');
    expect(sim.nowMs - start).toBe(700);
  });

  it('knows who listens where', async () => {
    const sim = createSimulation(1);
    const { net } = sim.host('a').env;
    const listener = await sim.run(net.listen({ host: '127.0.0.1', port: 5 }, (conn) => void new Peer(conn)));
    await expect(sim.run(net.listen({ port: 5 }, () => {}))).rejects.toMatchObject({ code: 'NET_EADDRINUSE' });
    const own = await sim.run(net.connect({ host: 'localhost', port: 5, timeoutMs: 100 }));
    expect(own.remote).toEqual({ host: '127.0.0.1', port: 5 });
    await expect(sim.run(sim.host('b').env.net.connect({ host: 'a', port: 5, timeoutMs: 100 }))).rejects.toMatchObject({
      code: 'NET_ECONNREFUSED',
    });
    await sim.run(listener.close());
    await sim.run(net.listen({ port: 5 }, () => {}));
  });

  it('holds back the bytes of a partition until it heals, without telling', async () => {
    const sim = createSimulation(2);
    const { client, server } = await connect(sim);
    sim.net.partition('client', 'server');
    client.conn.write([Buffer.from('one')]);
    await sim.runFor(60_000);
    expect([server.received.length, client.closes.length]).toEqual([0, 0]);
    client.conn.destroy();
    await sim.runFor(10);
    expect([client.closes.length, server.closes.length]).toEqual([1, 0]);
    sim.net.heal('client', 'server');
    await sim.runUntilIdle();
    expect(server.received.toString()).toBe('one');
    expect(server.closes).toEqual([undefined]);
  });

  it('can be parted in one direction only', async () => {
    const sim = createSimulation(2);
    const { client, server } = await connect(sim);
    sim.net.link('server', 'client').isPartitioned = true;
    client.conn.write([Buffer.from('there')]);
    server.conn.write([Buffer.from('back')]);
    await sim.runUntilIdle();
    expect([server.received.toString(), client.received.toString()]).toEqual(['there', '']);
    sim.net.healAll();
    await sim.runUntilIdle();
    expect(client.received.toString()).toBe('back');
  });

  it('resets the connections between two hosts and no others', async () => {
    const sim = createSimulation(2);
    const { client, server } = await connect(sim);
    const other = await connect(sim, 'third', 'server');
    sim.net.cut('server', 'client');
    await sim.runUntilIdle();
    expect(client.closes).toMatchObject([{ code: 'NET_ECONNRESET' }]);
    expect(server.closes).toMatchObject([{ code: 'NET_ECONNRESET' }]);
    expect(other.client.closes).toEqual([]);
  });
});

describe('network around a death', () => {
  it('tells the peers of a killed process, in either way, and its callbacks are silent', async () => {
    const ways = new Set<string>();
    for (const seed of SEEDS) {
      const sim = createSimulation(seed);
      const { client, server } = await connect(sim);
      sim.host('server').kill();
      await sim.runUntilIdle();
      expect(server.closes).toEqual([]);
      expect(client.closes.length).toBe(1);
      ways.add(client.closes[0]?.message ?? 'end');
      expect(server.conn.write([Buffer.from('x')])).toBe(false);
      expect(sim.net.connectionsOf('server')).toBe(0);
    }
    expect(ways.size).toBe(2);
  });

  it('tells nobody of a crash until somebody sends', async () => {
    const sim = createSimulation(1);
    const { client, server } = await connect(sim);
    server.conn.write([Buffer.alloc(1_000_000)]);
    sim.host('server').crash();
    await sim.runFor(600_000);
    expect(client.closes).toEqual([]);
    client.conn.write([Buffer.from('are you there')]);
    await sim.runUntilIdle();
    expect(client.closes).toMatchObject([{ code: 'NET_ECONNRESET' }]);
    expect(server.received.length).toBe(0);
  });

  it('tells whoever sends to a machine that crashed while it did not read, or before it had taken the connection', async () => {
    const sim = createSimulation(1);
    const { client, server } = await connect(sim);
    server.conn.pause();
    sim.host('server').crash();
    client.conn.write([Buffer.from('are you there')]);
    await sim.runUntilIdle();
    expect(client.closes).toMatchObject([{ code: 'NET_ECONNRESET' }]);

    const listener = await sim.run(sim.host('server').env.net.listen({ port: 0 }, () => sim.host('server').crash()));
    const second = new Peer(await sim.run(sim.host('client').env.net.connect({ host: 'server', port: listener.port, timeoutMs: 1000 })));
    second.conn.write([Buffer.from('are you there')]);
    await sim.runUntilIdle();
    expect(second.closes).toMatchObject([{ code: 'NET_ECONNRESET' }]);
  });

  it('frees the port for the next process', async () => {
    const sim = createSimulation(1);
    const host = sim.host('server');
    await sim.run(host.env.net.listen({ port: 10_911 }, () => {}));
    host.kill();
    await sim.run(host.env.net.listen({ port: 10_911 }, () => {}));
  });

  it('takes a death inside a data callback for what it is', async () => {
    const sim = createSimulation(1);
    const { client, server } = await connect(sim);
    const host = sim.host('server');
    const file = host.env.disk.create('/f', 0);
    server.onData = () => file.writeAt(0, Buffer.from('x'), 0, 1);
    host.disk.faults.dieAt(1, 'kill');
    client.conn.write([Buffer.from('write!')]);
    await sim.runUntilIdle();
    expect(client.closes.length).toBe(1);
  });
});
