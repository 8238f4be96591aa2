import { AssertionError } from '@rocketmq-ts/kernel';
import { createResponse, decodeCommand, type RemotingCommand, ResponseCode, SerializeType } from '@rocketmq-ts/remoting-protocol';
import { beforeEach, describe, expect, it } from 'vitest';
import { command, frameOf, RawPeer } from '../test/raw-peer.ts';
import { SERVER_HOST, World } from '../test/world.ts';
import type { Connection } from './connection.ts';
import { Dispatcher } from './dispatcher.ts';
import { RemotingListenError, ResponseError } from './errors.ts';
import type { RemotingLimits } from './limits.ts';
import { createRemotingServer, type RemotingServer } from './remoting-server.ts';

const PORT = 9876;
const ECHO = 1000;
const LATER = 1001;
const BIG = 1002;

let world: World;
let dispatcher: Dispatcher;
let accepted: Connection[];
let closed: Connection[];
/** Calls of the handler of BIG. */
let bigCount: number;
/** Requests that the handler of LATER keeps. */
let kept: { request: RemotingCommand; connection: Connection }[];

beforeEach(() => {
  world = new World();
  accepted = [];
  closed = [];
  bigCount = 0;
  kept = [];
  dispatcher = new Dispatcher();
  dispatcher.register([ECHO], (request) => {
    const response = createResponse(request, ResponseCode.SUCCESS);
    response.body = request.body;
    return response;
  });
  dispatcher.register([LATER], (request, connection) => {
    kept.push({ request, connection });
    return undefined;
  });
  dispatcher.register([BIG], (request, connection) => {
    bigCount++;
    connection.respondParts(request, createResponse(request, ResponseCode.SUCCESS), [Buffer.alloc(10, 1), Buffer.alloc(1024 * 1024, 2), Buffer.alloc(20, 3)]);
    return undefined;
  });
});

async function serve(limits: Partial<RemotingLimits> = {}): Promise<RemotingServer> {
  const server = createRemotingServer({
    env: world.server.env,
    port: PORT,
    dispatcher,
    limits,
    onConnect: (connection) => accepted.push(connection),
    onClose: (connection) => closed.push(connection),
  });
  await world.run(server.start());
  return server;
}

const join = (): Promise<RawPeer> => world.run(RawPeer.connect(world.client.env, SERVER_HOST, PORT));

describe('a request', () => {
  it('is answered with its opaque and the response flag', async () => {
    await serve();
    const peer = await join();
    peer.send(frameOf(command(ECHO, 7, Buffer.from('body'))));
    await world.settle();
    expect(peer.received).toHaveLength(1);
    const [answer] = peer.received;
    expect(answer).toMatchObject({ code: 0, opaque: 7, isResponse: true, serializeType: SerializeType.JSON });
    expect(answer?.body?.toString()).toBe('body');
  });

  it.each([1, 3, 8, 50])('is understood when it comes in pieces of %i bytes', async (size) => {
    await serve();
    const peer = await join();
    const bytes = Buffer.concat([frameOf(command(ECHO, 1, Buffer.from('first'))), frameOf(command(ECHO, 2, Buffer.from('second')))]);
    for (let at = 0; at < bytes.length; at += size) {
      peer.send(bytes.subarray(at, at + size));
      await world.settle();
    }
    expect(peer.received.map(({ opaque, body }) => [opaque, body?.toString()])).toEqual([
      [1, 'first'],
      [2, 'second'],
    ]);
  });

  it('gets its answer in one socket write with all others of the turn', async () => {
    await serve();
    const peer = await join();
    peer.send(Buffer.concat(Array.from({ length: 50 }, (_, opaque) => frameOf(command(LATER, opaque)))));
    await world.settle();
    for (const { request, connection } of kept) connection.respond(request, createResponse(request, ResponseCode.SUCCESS));
    expect(world.server.writes).toBe(0);
    await world.settle();
    expect(peer.received.map(({ opaque }) => opaque)).toEqual(Array.from({ length: 50 }, (_, opaque) => opaque));
    expect(world.server.writes).toBe(1);
  });

  it('may be answered turns later, and not after the connection is gone', async () => {
    await serve();
    const peer = await join();
    peer.send(frameOf(command(LATER, 5)));
    await world.settle();
    expect(peer.received).toHaveLength(0);
    const [{ request, connection }] = kept as [(typeof kept)[0]];
    connection.respond(request, createResponse(request, ResponseCode.SUCCESS));
    await world.settle();
    expect(peer.received.map(({ opaque }) => opaque)).toEqual([5]);
    peer.conn.destroy();
    await world.settle();
    expect(connection.isOpen).toBe(false);
    const writesBefore = world.server.writes;
    connection.respond(request, createResponse(request, ResponseCode.SUCCESS));
    await world.settle();
    expect(world.server.writes).toBe(writesBefore);
  });

  it('is not answered when it is oneway', async () => {
    await serve();
    const peer = await join();
    const oneway = command(ECHO, 1);
    oneway.markOneway();
    const failing = command(77, 2);
    failing.markOneway();
    peer.send(Buffer.concat([frameOf(oneway), frameOf(failing), frameOf(command(ECHO, 3))]));
    await world.settle();
    expect(peer.received.map(({ opaque }) => opaque)).toEqual([3]);
  });

  it('gets a body of pieces in order, large ones in between', async () => {
    await serve();
    const peer = await join();
    peer.send(Buffer.concat([frameOf(command(ECHO, 1)), frameOf(command(BIG, 2)), frameOf(command(ECHO, 3, Buffer.from('x')))]));
    await world.settle();
    expect(peer.received.map(({ opaque }) => opaque)).toEqual([1, 2, 3]);
    const body = peer.received[1]?.body as Buffer;
    expect(body.length).toBe(1024 * 1024 + 30);
    expect([body[9], body[10], body[body.length - 21], body[body.length - 20]]).toEqual([1, 2, 2, 3]);
  });
});

describe('a raw handler', () => {
  it('gets the frames of its codes before their headers are decoded, and may leave them to the others', async () => {
    const seen: string[] = [];
    dispatcher.registerRaw([ECHO], (frame, connection) => {
      const request = decodeCommand(frame);
      seen.push(request.body?.toString() ?? '');
      if (request.body?.toString() !== 'mine') return false;
      connection.respond(request, createResponse(request, ResponseCode.SUCCESS, 'raw'));
      return true;
    });
    await serve();
    const peer = await join();
    peer.send(Buffer.concat([frameOf(command(ECHO, 1, Buffer.from('mine'))), frameOf(command(ECHO, 2, Buffer.from('yours'))), frameOf(command(999, 3))]));
    await world.settle();
    expect(seen).toEqual(['mine', 'yours']);
    expect(peer.received.map(({ opaque, remark, body }) => [opaque, remark, body?.toString()])).toEqual([
      [1, 'raw', undefined],
      [2, undefined, 'yours'],
      [3, ' request type 999 not supported', undefined],
    ]);
  });

  it('that fails leaves the request to its ordinary handler; a broken assertion goes through', async () => {
    dispatcher.registerRaw([ECHO], () => {
      throw new RangeError('outside');
    });
    await serve();
    const peer = await join();
    peer.send(frameOf(command(ECHO, 1, Buffer.from('x'))));
    await world.settle();
    expect(peer.received.map(({ opaque, body }) => [opaque, body?.toString()])).toEqual([[1, 'x']]);
    dispatcher.registerRaw([ECHO], () => {
      throw new AssertionError('broken');
    });
    peer.send(frameOf(command(ECHO, 2)));
    await expect(world.settle()).rejects.toThrow('broken');
  });
});

describe('a failing request', () => {
  it('with an unknown code is told so in Java’s words', async () => {
    await serve();
    const peer = await join();
    peer.send(frameOf(command(999, 1)));
    await world.settle();
    expect(peer.received[0]).toMatchObject({ code: 3, remark: ' request type 999 not supported' });
  });

  it('is answered with class and message of what was thrown, or with the code it carries', async () => {
    await serve();
    dispatcher.register([1], () => {
      throw new TypeError('no such field');
    });
    dispatcher.register([2], () => {
      throw new ResponseError(ResponseCode.NO_PERMISSION, 'not you');
    });
    const peer = await join();
    peer.send(Buffer.concat([frameOf(command(1, 1)), frameOf(command(2, 2)), frameOf(command(ECHO, 3))]));
    await world.settle();
    expect(peer.received.map(({ code, remark }) => [code, remark])).toEqual([
      [1, 'TypeError: no such field'],
      [16, 'not you'],
      [0, undefined],
    ]);
  });

  it('does not swallow a broken assertion', () => {
    dispatcher.register([1], () => {
      throw new AssertionError('the log has a hole');
    });
    expect(() => dispatcher.dispatch(command(1, 1), {} as Connection)).toThrow(AssertionError);
  });
});

describe('a bad peer', () => {
  const garbage = new Map<string, Buffer>([
    ['a length of 0', words(0, 0)],
    ['a negative length', words(-1, 0)],
    ['a length of 2^31 − 1', words(0x7fffffff, 0)],
    ['a header longer than its frame', words(20, 1000)],
    ['an unknown serialize type', words(20, 0x05000004)],
    ['HTTP', Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n')],
    ['a header that is no JSON', Buffer.concat([words(4 + 9, 9), Buffer.from('{"code":!')])],
  ]);

  it.each([...garbage.keys()])('that sends %s is closed, the others notice nothing', async (what) => {
    const server = await serve();
    const good = await join();
    const bad = await join();
    bad.send(frameOf(command(ECHO, 1)));
    bad.send(garbage.get(what) as Buffer);
    await world.settle();
    expect(bad.isClosed).toBe(true);
    expect(server.counters.framesBad).toBe(1);
    good.send(frameOf(command(ECHO, 2)));
    await world.settle();
    expect(good.received.map(({ opaque }) => opaque)).toEqual([2]);
    expect([...server.connections]).toEqual([accepted[0]]);
    expect(closed).toEqual([accepted[1]]);
  });

  it('that never finishes its frame is closed after 30 s, though it goes on sending', async () => {
    const server = await serve();
    const peer = await join();
    const frame = frameOf(command(ECHO, 1, Buffer.alloc(100)));
    for (let second = 0; second < 29; second++) {
      peer.send(frame.subarray(second, second + 1));
      await world.runFor(1000);
    }
    expect(peer.isClosed).toBe(false);
    await world.runFor(3000);
    expect(peer.isClosed).toBe(true);
    expect(server.counters.closedPartialFrame).toBe(1);
  });

  it('that is silent for 120 s is closed, one that says something is not', async () => {
    const server = await serve();
    const silent = await join();
    const talking = await join();
    for (let turn = 0; turn < 13; turn++) {
      talking.send(frameOf(command(ECHO, turn)));
      await world.runFor(10_000);
    }
    expect([silent.isClosed, talking.isClosed]).toEqual([true, false]);
    expect(server.counters.closedIdle).toBe(1);
  });

  it('that forges answers changes nothing', async () => {
    const server = await serve();
    const peer = await join();
    const forged = command(0, 12345);
    forged.markResponse();
    peer.send(Buffer.concat([frameOf(forged), frameOf(forged), frameOf(command(ECHO, 1))]));
    await world.settle();
    expect(peer.received.map(({ opaque }) => opaque)).toEqual([1]);
    expect(server.counters.responsesUnmatched).toBe(2);
  });

  it('beyond the number of connections is refused', async () => {
    const server = await serve({ connectionsMax: 2 });
    const peers = [await join(), await join(), await join()];
    await world.settle();
    expect(peers.map(({ isClosed }) => isClosed)).toEqual([false, false, true]);
    expect(server.counters.connectionsRefused).toBe(1);
    peers[0]?.conn.destroy();
    await world.settle();
    const late = await join();
    await world.settle();
    expect(late.isClosed).toBe(false);
  });

  it('that sends large unfinished frames is closed when all together hold too much', async () => {
    const server = await serve({ heldBytesMax: 150_000 });
    const peers = [await join(), await join()];
    for (const peer of peers) peer.send(frameOf(command(ECHO, 1, Buffer.alloc(200_000))).subarray(0, 100_000));
    await world.settle();
    expect(peers.filter(({ isClosed }) => isClosed)).toHaveLength(1);
    expect(server.counters.closedOverBudget).toBe(1);
  });
});

describe('a slow reader', () => {
  it('is not read from while it does not read, and goes on when it does', async () => {
    await serve();
    const peer = await join();
    peer.conn.pause();
    for (let opaque = 0; opaque < 12; opaque++) {
      peer.send(frameOf(command(BIG, opaque)));
      await world.settle();
    }
    const connection = accepted[0] as Connection;
    expect(connection.isOpen).toBe(true);
    // Most of what it asked is not even looked at: it waits in its own socket.
    expect(bigCount).toBe(2);
    expect(peer.received).toHaveLength(0);
    peer.conn.resume();
    await world.settle();
    expect(peer.received.map(({ opaque }) => opaque)).toEqual(Array.from({ length: 12 }, (_, opaque) => opaque));
    expect(bigCount).toBe(12);
  });

  it('is closed when its answers pile up beyond 16 MiB', async () => {
    const server = await serve();
    const peer = await join();
    for (let opaque = 0; opaque < 40; opaque++) peer.send(frameOf(command(LATER, opaque)));
    await world.settle();
    peer.conn.pause();
    for (const { request, connection } of kept) {
      connection.respondParts(request, createResponse(request, ResponseCode.SUCCESS), [Buffer.alloc(1024 * 1024)]);
      await world.settle();
    }
    expect(accepted[0]?.isOpen).toBe(false);
    expect(server.counters.closedSlowReader).toBe(1);
  });

  it('is closed when its queue does not run empty in time', async () => {
    const server = await serve();
    const peer = await join();
    peer.conn.pause();
    for (let count = 0; count < 3; count++) peer.send(frameOf(command(BIG, count)));
    await world.settle();
    await world.runFor(58_000);
    expect(server.connections.size).toBe(1);
    await world.runFor(4000);
    expect(server.connections.size).toBe(0);
    expect(server.counters.closedSlowReader).toBe(1);
  });

  it('that asks for much in one turn gets it in portions', async () => {
    await serve({ turnOutputBytesMax: 2 * 1024 * 1024 });
    const peer = await join();
    peer.send(Buffer.concat(Array.from({ length: 20 }, (_, opaque) => frameOf(command(BIG, opaque)))));
    await world.settle();
    expect(peer.received.map(({ opaque }) => opaque)).toEqual(Array.from({ length: 20 }, (_, opaque) => opaque));
  });
});

describe('a server', () => {
  it('asks its peers and gets their answers as copies', async () => {
    await serve();
    const peer = await join();
    const answer = (accepted[0] as Connection).invoke(command(40, 0), 1000);
    await world.settle();
    const [request] = peer.received as [RemotingCommand];
    const response = createResponse(request, ResponseCode.SUCCESS);
    response.body = Buffer.from('fine');
    peer.send(frameOf(response));
    await world.settle();
    expect((await answer).body?.toString()).toBe('fine');
  });

  it('gives up on a peer that does not answer, and then keeps no timer for it', async () => {
    await serve();
    await join();
    const answer = (accepted[0] as Connection).invoke(command(40, 0), 1000);
    const outcome = expect(answer).rejects.toMatchObject({ code: 'REMOTING_TIMEOUT' });
    await world.runFor(1100);
    await outcome;
    expect(world.server.timerCount).toBe(1);
  });

  it('says what to do when its port is taken', async () => {
    await serve();
    const failure = await serve().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(RemotingListenError);
    expect((failure as Error).message).toMatch(/^Address already in use: port 9876 .*listenPort$/);
  });

  it('stops with written answers delivered and nothing left', async () => {
    const server = await serve();
    const peer = await join();
    peer.send(frameOf(command(ECHO, 1)));
    await world.settle();
    await world.run(server.stop());
    expect(peer.received).toHaveLength(1);
    expect(world.server.timerCount).toBe(0);
    await world.settle();
    expect(peer.isClosed).toBe(true);
    await expect(join()).rejects.toMatchObject({ code: 'NET_ECONNREFUSED' });
  });
});

function words(length: number, headerWord: number): Buffer {
  const bytes = Buffer.alloc(28);
  bytes.writeInt32BE(length, 0);
  bytes.writeInt32BE(headerWord, 4);
  return bytes;
}
