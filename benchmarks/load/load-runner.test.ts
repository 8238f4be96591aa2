import { createServer, type Server, type Socket } from 'node:net';
import { afterAll, afterEach, expect, test } from 'vitest';
import type { LoadShape } from '../sync-replication/results.ts';
import { bodyAt, FrameSplitter, headerOf } from './answers.ts';
import { LoadRunner, OPEN_LOOP_IN_FLIGHT } from './load-runner.ts';

const runner = new LoadRunner();
afterAll(() => runner.close());

let server: Server | undefined;
const sockets = new Set<Socket>();
afterEach(() => {
  for (const socket of sockets) socket.destroy();
  server?.close();
});

interface Request {
  readonly opaque: number;
  readonly topic: string;
  readonly queueId: string;
  readonly properties: string;
  readonly body: string;
  answer(header: object): void;
  hangUp(): void;
}

/** A broker that does with each send what the test says. @returns its port */
function listen(onSend: (request: Request) => void): Promise<number> {
  server = createServer((socket) => {
    sockets.add(socket);
    const splitter = new FrameSplitter();
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      splitter.push(chunk, (bytes, headerAt, end) => {
        const { opaque, extFields = {} } = headerOf(bytes, headerAt);
        onSend({
          opaque,
          topic: extFields['b'] as string,
          queueId: extFields['e'] as string,
          properties: extFields['i'] as string,
          body: bytes.toString('latin1', bodyAt(bytes, headerAt), end),
          answer: (header) => {
            const json = JSON.stringify({ ...header, opaque, flag: 1 });
            const frame = Buffer.alloc(8 + json.length);
            frame.writeUInt32BE(json.length + 4, 0);
            frame.writeUInt32BE(json.length, 4);
            frame.write(json, 8);
            socket.write(frame);
          },
          hangUp: () => socket.destroy(),
        });
      });
    });
  });
  return new Promise((resolve) => server?.listen(0, '127.0.0.1', () => resolve((server?.address() as { port: number }).port)));
}

const TIMES = { warmUpSeconds: 0.05, measureSeconds: 0.2 };
const closed: LoadShape = { kind: 'closed', connections: 2, inFlight: 3, bodyBytes: 20 };
const run = (port: number, load: Parameters<LoadRunner['run']>[1] = closed, signal?: AbortSignal) =>
  runner.run({ host: '127.0.0.1', port }, load, TIMES, [process.pid], signal);

test('a closed loop keeps so many sends under way, to all queues of all topics, no two with one key', async () => {
  const places = new Set<string>();
  const keys = new Set<string>();
  let requests = 0;
  const port = await listen(({ topic, queueId, properties, body, answer }) => {
    requests++;
    places.add(`${topic}/${queueId}`);
    keys.add(properties.split('\u0001')[1]?.split('\u0002')[0] as string);
    if (body !== 'a'.repeat(20) || !properties.includes('WAIT\u0001false')) answer({ code: 1, remark: 'not what was asked for' });
    else answer({ code: 0 });
  });
  const figures = await run(port, { ...closed, topic: 'T', topics: 2, queues: 3, waitStoreMsgOk: false });
  expect([...places].sort()).toEqual(['T0/0', 'T0/1', 'T0/2', 'T1/0', 'T1/1', 'T1/2']);
  expect(keys.size).toBe(requests);
  expect(figures).toMatchObject({ failed: 0, firstFailure: undefined, unanswered: 0, unsent: 0, lateness: undefined });
  expect(figures.sendsPerSecond).toBeGreaterThan(0);
  expect(figures.rt.p50).toBeLessThanOrEqual(figures.rt.max);
  expect(figures.processes).toHaveLength(1);
});

test('an open loop sends what is due up to its bound, and a stall shows in all that it held up', async () => {
  let sends = 0;
  const port = await listen(({ answer }) => {
    if (++sends <= 20) answer({ code: 0 });
  });
  const load: LoadShape = { kind: 'open', connections: 1, bodyBytes: 8, perSecond: 40_000, shareOfAsyncMaximum: 1 };
  const figures = await runner.run({ host: '127.0.0.1', port }, load, { warmUpSeconds: 0, measureSeconds: 0.2 }, []);
  // 8000 were due; 20 were answered.
  expect(sends).toBe(20 + OPEN_LOOP_IN_FLIGHT);
  expect(figures.unanswered).toBe(OPEN_LOOP_IN_FLIGHT);
  expect(figures.unsent).toBeGreaterThan(0);
  expect(figures).toMatchObject({ failed: OPEN_LOOP_IN_FLIGHT, firstFailure: 'no answer within 3000 ms' });
  // All but twenty waited until they were given up.
  expect(figures.rt.p50).toBeGreaterThan(3_000_000);
  expect(figures.lateness?.p50).toBeLessThan(figures.rt.p50);
}, 15_000);

test('refusals are counted, the first is told, and the run goes on to its end', async () => {
  const port = await listen(({ answer }) => answer({ code: 17, remark: 'topic[T] not exist, apply first please!\nSee the FAQ' }));
  const figures = await run(port);
  expect(figures).toMatchObject({ sendsPerSecond: 0, firstFailure: 'code 17, topic[T] not exist, apply first please!', unanswered: 0 });
  expect(figures.failed).toBeGreaterThan(0);
});

test('nobody listens', async () => {
  await expect(run(1)).rejects.toThrow('no connection to 127.0.0.1:1: ECONNREFUSED');
});

test('a connection that is lost ends the run', async () => {
  const port = await listen(({ hangUp }) => hangUp());
  await expect(run(port)).rejects.toThrow(`the connection to 127.0.0.1:${port} was lost`);
});

test('a broker that answers nothing ends the run with an error', async () => {
  const port = await listen(() => undefined);
  await expect(run(port)).rejects.toThrow('answered no send');
}, 15_000);

test('an aborted run ends with the reason, and the next one works', async () => {
  const abort = new AbortController();
  const port = await listen(({ answer }) => {
    abort.abort(new Error('no longer wanted'));
    answer({ code: 0 });
  });
  await expect(run(port, closed, abort.signal)).rejects.toThrow('no longer wanted');
  expect((await run(port)).failed).toBe(0);
});

test('a process that is watched and gone is named', async () => {
  const port = await listen(({ answer }) => answer({ code: 0 }));
  await expect(runner.run({ host: '127.0.0.1', port }, closed, TIMES, [2 ** 22 + 1])).rejects.toThrow(/process 4194305, .* is gone/);
});
