import { createResponse, LanguageCode, RemotingCommand, ResponseCode } from '@rocketmq-ts/remoting-protocol';
import { beforeEach, describe, expect, it } from 'vitest';
import { World } from '../test/world.ts';
import type { Connection, RequestHook } from './connection.ts';
import { Dispatcher } from './dispatcher.ts';
import { createRemotingClient, type RemotingClient } from './remoting-client.ts';
import { createRemotingServer, type RemotingServer } from './remoting-server.ts';

const ADDRESS = '10.0.0.1:9876';
const ECHO = 1000;
const SILENT = 1001;
const TIMEOUT = { timeoutMs: 1000 };

let world: World;
let server: RemotingServer;
let client: RemotingClient;
let served: RemotingCommand[];
let held: { request: RemotingCommand; connection: Connection }[];

beforeEach(async () => {
  world = new World();
  served = [];
  held = [];
  server = newServer();
  await world.run(server.start());
  client = createRemotingClient({ env: world.client.env, language: LanguageCode.OTHER });
});

function newServer(): RemotingServer {
  const dispatcher = new Dispatcher();
  dispatcher.register([ECHO], (request) => {
    served.push(request);
    const response = createResponse(request, ResponseCode.SUCCESS, request.extFields?.get('say'));
    return response;
  });
  dispatcher.register([SILENT], (request, connection) => {
    held.push({ request, connection });
    return undefined;
  });
  return createRemotingServer({ env: world.server.env, port: 9876, dispatcher });
}

function echo(say: string): RemotingCommand {
  return new RemotingCommand(ECHO, new Map([['say', say]]));
}

async function outcome<T>(promise: Promise<T>): Promise<T | Error> {
  let result: T | Error | undefined;
  promise.then(
    (value) => (result = value),
    (error: Error) => (result = error),
  );
  await world.settle();
  return result as T | Error;
}

describe('calls', () => {
  it('to one address share one connection, dialled once', async () => {
    const answers = Promise.all(['a', 'b', 'c'].map((say) => client.invoke(ADDRESS, echo(say), TIMEOUT)));
    await world.settle();
    expect((await answers).map(({ remark }) => remark)).toEqual(['a', 'b', 'c']);
    expect(world.client.connects).toBe(1);
    expect(served.map(({ language }) => language)).toEqual([7, 7, 7]);
    expect(new Set(served.map(({ opaque }) => opaque)).size).toBe(3);
  });

  it('leave in one write per turn', async () => {
    await outcome(client.invoke(ADDRESS, echo('warm'), TIMEOUT));
    const before = world.client.writes;
    const answers = Promise.all(Array.from({ length: 20 }, () => client.invoke(ADDRESS, echo('x'), TIMEOUT)));
    await world.settle();
    await answers;
    expect(world.client.writes - before).toBe(1);
  });

  it('that are large leave before the turn ends, in order', async () => {
    await outcome(client.invoke(ADDRESS, echo('warm'), TIMEOUT));
    const before = world.client.writes;
    const large = (say: string): RemotingCommand => new RemotingCommand(ECHO, new Map([['say', say]]), Buffer.alloc(10_000));
    const answers = Promise.all(['a', 'b', 'c'].map((say) => client.invoke(ADDRESS, large(say), TIMEOUT)));
    expect(world.client.writes - before).toBe(1);
    await world.settle();
    expect((await answers).map(({ remark }) => remark)).toEqual(['a', 'b', 'c']);
    expect(served.slice(1).map(({ extFields }) => extFields?.get('say'))).toEqual(['a', 'b', 'c']);
    expect(world.client.writes - before).toBe(2);
  });

  it('time out one by one, and a late answer is dropped', async () => {
    const slow = client.invoke(ADDRESS, new RemotingCommand(SILENT), { timeoutMs: 500 });
    const slower = client.invoke(ADDRESS, new RemotingCommand(SILENT), { timeoutMs: 2000 });
    const failed = expect(slow).rejects.toMatchObject({ code: 'REMOTING_TIMEOUT', timeoutMs: 500, address: ADDRESS });
    await world.runFor(600);
    await failed;
    for (const { request, connection } of held) connection.respond(request, createResponse(request, ResponseCode.SUCCESS));
    await world.settle();
    expect((await slower).code).toBe(0);
    expect(client.counters.responsesUnmatched).toBe(1);
    expect((await outcome(client.invoke(ADDRESS, echo('still here'), TIMEOUT)) as RemotingCommand).remark).toBe('still here');
  });

  it('fail at once when their connection breaks', async () => {
    const lost: string[] = [];
    client.onDisconnect((address) => lost.push(address));
    const calls = [1, 2].map(() => client.invoke(ADDRESS, new RemotingCommand(SILENT), { timeoutMs: 60_000 }));
    const failed = calls.map((call) => expect(call).rejects.toMatchObject({ code: 'REMOTING_SEND_REQUEST', address: ADDRESS }));
    await world.settle();
    held[0]?.connection.close('test');
    await world.settle();
    await Promise.all(failed);
    expect(lost).toEqual([ADDRESS]);
  });

  it('stop waiting when their caller does', async () => {
    const abort = new AbortController();
    const call = client.invoke(ADDRESS, new RemotingCommand(SILENT), { timeoutMs: 60_000, signal: abort.signal });
    const failed = expect(call).rejects.toThrow('changed my mind');
    await world.settle();
    abort.abort(new Error('changed my mind'));
    await failed;
    const [{ request, connection }] = held as [(typeof held)[0]];
    connection.respond(request, createResponse(request, ResponseCode.SUCCESS));
    await world.settle();
    expect(client.counters.responsesUnmatched).toBe(1);
    await expect(client.invoke(ADDRESS, echo('x'), { timeoutMs: 1000, signal: abort.signal })).rejects.toThrow('changed my mind');
  });

  it('are shown to the hooks with their answers', async () => {
    const seen: string[] = [];
    const hook: RequestHook = {
      beforeRequest: (address, request) => seen.push(`→ ${address} ${request.code}`),
      afterResponse: (address, _request, response) => seen.push(`← ${address} ${response?.remark}`),
    };
    const hooked = createRemotingClient({ env: world.client.env, language: 0, hooks: [hook] });
    await outcome(hooked.invoke(ADDRESS, echo('hi'), TIMEOUT));
    expect(seen).toEqual([`→ ${ADDRESS} ${ECHO}`, `← ${ADDRESS} hi`]);
  });

  it('without an answer resolve when they are handed over', async () => {
    await outcome(client.oneway(ADDRESS, echo('fire')));
    expect(served.map(({ isOneway }) => isOneway)).toEqual([true]);
  });

  it('are refused when too many wait', async () => {
    const narrow = createRemotingClient({ env: world.client.env, language: 0, limits: { inFlightMax: 2 } });
    const calls = [1, 2, 3].map(() => narrow.invoke(ADDRESS, new RemotingCommand(SILENT), { timeoutMs: 60_000 }));
    for (const call of calls) call.catch(() => undefined);
    expect(await outcome(calls[2] as Promise<RemotingCommand>)).toMatchObject({ code: 'REMOTING_TOO_MUCH_REQUEST' });
  });
});

describe('dialling', () => {
  it('tells all callers that nobody listens, and tries again at their next call', async () => {
    const calls = [1, 2].map(() => client.invoke('10.0.0.1:1', echo('x'), TIMEOUT));
    const failed = calls.map((call) => expect(call).rejects.toMatchObject({ code: 'REMOTING_CONNECT', address: '10.0.0.1:1' }));
    await world.settle();
    await Promise.all(failed);
    expect(world.client.connects).toBe(1);
    await outcome(client.invoke('10.0.0.1:1', echo('x'), TIMEOUT));
    expect(world.client.connects).toBe(2);
  });

  it('pauses between attempts while they fail, up to a second', async () => {
    for (let elapsedMs = 0; elapsedMs < 10_000; elapsedMs += 10) {
      expect(await outcome(client.invoke('10.0.0.1:1', echo('x'), TIMEOUT))).toMatchObject({ code: 'REMOTING_CONNECT' });
      await world.runFor(10);
    }
    expect(world.client.connects).toBeGreaterThan(8);
    expect(world.client.connects).toBeLessThan(20);
  });

  it('counts towards the timeout of a call', async () => {
    world.makeServerUnreachable();
    const call = client.invoke(ADDRESS, echo('x'), { timeoutMs: 700 });
    const failed = expect(call).rejects.toThrow(/no connection from 10.0.0.1:9876 .* within 700 ms/);
    await world.runFor(800);
    await failed;
    const patient = client.invoke(ADDRESS, echo('x'), { timeoutMs: 10_000 });
    const refused = expect(patient).rejects.toMatchObject({ code: 'REMOTING_CONNECT' });
    await world.runFor(3000);
    await refused;
  });

  it('happens anew after the server went away and came back', async () => {
    await outcome(client.invoke(ADDRESS, echo('1'), TIMEOUT));
    await world.run(server.stop());
    await world.settle();
    expect(await outcome(client.invoke(ADDRESS, echo('2'), TIMEOUT))).toMatchObject({ code: 'REMOTING_CONNECT' });
    server = newServer();
    await world.run(server.start());
    expect(await outcome(client.invoke(ADDRESS, echo('3'), TIMEOUT))).toMatchObject({ remark: '3' });
  });

  it.each(['nonsense', 'host:', ':1', 'host:99999', 'host:1x'])('refuses %s as an address', async (address) => {
    expect(await outcome(client.invoke(address, echo('x'), TIMEOUT))).toMatchObject({ code: 'REMOTING_CONNECT', message: expect.stringContaining('host:port') });
  });
});

describe('a server’s request to a client', () => {
  it('reaches its dispatcher', async () => {
    const dispatcher = new Dispatcher();
    dispatcher.register([40], (request) => createResponse(request, ResponseCode.SUCCESS, 'noted'));
    client = createRemotingClient({ env: world.client.env, language: 0, dispatcher });
    await outcome(client.invoke(ADDRESS, echo('x'), TIMEOUT));
    const [connection] = server.connections as Set<Connection>;
    expect(await outcome((connection as Connection).invoke(new RemotingCommand(40), 1000))).toMatchObject({ remark: 'noted' });
    expect(await outcome((connection as Connection).invoke(new RemotingCommand(41), 1000))).toMatchObject({ code: 3 });
  });
});

describe('stop', () => {
  it('fails what waits, closes everything and leaves no timer', async () => {
    const call = client.invoke(ADDRESS, new RemotingCommand(SILENT), { timeoutMs: 60_000 });
    const failed = expect(call).rejects.toMatchObject({ code: 'REMOTING_SEND_REQUEST' });
    await world.settle();
    await world.run(client.stop());
    await failed;
    await world.settle();
    expect(server.connections.size).toBe(0);
    expect(world.client.timerCount).toBe(0);
    await expect(client.invoke(ADDRESS, echo('x'), TIMEOUT)).rejects.toMatchObject({ code: 'REMOTING_CONNECT' });
  });

  it('ends a dial that is under way', async () => {
    world.makeServerUnreachable();
    const call = client.invoke(ADDRESS, echo('x'), { timeoutMs: 10_000 });
    const failed = expect(call).rejects.toMatchObject({ code: 'REMOTING_CONNECT' });
    await world.settle();
    const stopped = client.stop();
    await failed;
    await world.runFor(3100);
    await stopped;
    expect(world.client.timerCount).toBe(0);
  });
});
