import { createSeededRandom } from '@rocketmq-ts/kernel';
import { createResponse, RemotingCommand, ResponseCode } from '@rocketmq-ts/remoting-protocol';
import { expect, it } from 'vitest';
import { World } from '../test/world.ts';
import type { Connection } from './connection.ts';
import { Dispatcher } from './dispatcher.ts';
import { createRemotingClient } from './remoting-client.ts';
import { createRemotingServer } from './remoting-server.ts';

const NOW = 1;
const LATER = 2;
const NEVER = 3;
const ADDRESS = '10.0.0.1:9876';

/** Calls of all kinds over a network that is cut, stalls and heals: every call ends once, with its own answer or an error. */
it.each(Array.from({ length: 60 }, (_, seed) => seed))('every call ends exactly once (seed %i)', async (seed) => {
  const world = new World(seed);
  const random = createSeededRandom(seed);
  const late: { request: RemotingCommand; connection: Connection }[] = [];
  const dispatcher = new Dispatcher();
  const echo = (request: RemotingCommand): RemotingCommand => {
    const response = createResponse(request, ResponseCode.SUCCESS, request.extFields?.get('n'));
    response.body = request.body;
    return response;
  };
  dispatcher.register([NOW], echo);
  dispatcher.register([LATER], (request, connection) => {
    // The body is only valid now.
    request.body = request.body === undefined ? undefined : Buffer.from(request.body);
    late.push({ request, connection });
    return undefined;
  });
  dispatcher.register([NEVER], () => undefined);
  const server = createRemotingServer({ env: world.server.env, port: 9876, dispatcher, limits: { turnOutputBytesMax: 50_000 } });
  await world.run(server.start());
  const client = createRemotingClient({ env: world.client.env, language: 0 });

  let callCount = 0;
  let endCount = 0;
  const wrong: string[] = [];
  for (let step = 0; step < 200; step++) {
    const kind = random.below(20);
    if (kind < 14) call(kind < 9 ? NOW : kind < 13 ? LATER : NEVER, callCount++);
    else if (kind === 14) world.sim.net.cut('server', 'client');
    else if (kind === 15) world.sim.net.partition('server', 'client');
    else if (kind === 16) world.sim.net.healAll();
    else if (kind === 17) for (const { request, connection } of late.splice(0)) connection.respondParts(request, echo(request), request.body === undefined ? [] : [request.body]);
    else await world.runFor(random.below(300));
  }
  world.sim.net.healAll();
  await world.runFor(10_000);
  expect(wrong).toEqual([]);
  expect(endCount).toBe(callCount);
  await world.run(client.stop());
  await world.run(server.stop());
  expect([world.client.timerCount, world.server.timerCount]).toEqual([0, 0]);

  function call(code: number, n: number): void {
    const body = random.below(3) === 0 ? Buffer.alloc(random.below(30_000), n) : undefined;
    const abort = random.below(10) === 0 ? AbortSignal.abort(new Error('aborted')) : undefined;
    const command = new RemotingCommand(code, new Map([['n', String(n)]]), body);
    client.invoke(ADDRESS, command, { timeoutMs: 50 + random.below(3000), ...(abort === undefined ? {} : { signal: abort }) }).then(
      (answer) => {
        endCount++;
        const isOwn = answer.remark === String(n) && (answer.body ?? Buffer.alloc(0)).equals(body ?? Buffer.alloc(0));
        if (!isOwn) wrong.push(`call ${n} got the answer of ${answer.remark}`);
      },
      () => endCount++,
    );
  }
});
