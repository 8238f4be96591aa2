import { decodeRecords, type RemotingCommand, RequestCode, ResponseCode } from '@rocketmq-ts/remoting-protocol';
import type { RemotingClient } from '@rocketmq-ts/remoting';
import { expect, it } from 'vitest';

import { BrokerWorld, request } from './broker-world.ts';

const SUSPEND = 2;
const SUBSCRIPTION = 4;

function startPull(world: BrokerWorld, client: RemotingClient, options: { queueOffset?: number; suspendMs?: number; tag?: string } = {}): { answer: RemotingCommand | undefined } {
  const { queueOffset = 0, suspendMs = 15_000, tag = '*' } = options;
  const fields = {
    consumerGroup: 'g',
    topic: 'T',
    queueId: 0,
    queueOffset,
    maxMsgNums: 32,
    sysFlag: SUSPEND | SUBSCRIPTION,
    commitOffset: 0,
    suspendTimeoutMillis: suspendMs,
    subscription: tag,
    subVersion: 0,
    expressionType: 'TAG',
  };
  const pull: { answer: RemotingCommand | undefined } = { answer: undefined };
  void client.invoke(world.address, request(RequestCode.PULL_MESSAGE, fields), { timeoutMs: 60_000 }).then(
    (answer) => (pull.answer = answer),
    () => {},
  );
  return pull;
}

const texts = (answer: RemotingCommand | undefined): string[] => decodeRecords(answer?.body ?? Buffer.alloc(0)).map((message) => message.body.toString());

async function worldWithTopic(): Promise<BrokerWorld> {
  const world = await new BrokerWorld().start();
  await world.send('T', 'first');
  return world;
}

it('holds a pull at the end of the queue and answers it when a message arrives', async () => {
  const world = await worldWithTopic();
  const pull = startPull(world, world.client(), { queueOffset: 1 });
  await world.sim.runFor(2_000);
  expect(pull.answer).toBeUndefined();
  const sentAt = world.sim.nowMs;
  await world.send('T', 'second');
  await world.sim.runUntil(() => pull.answer !== undefined);
  expect(texts(pull.answer)).toEqual(['second']);
  expect(world.sim.nowMs - sentAt).toBeLessThan(10);
  await world.stop();
});

it('answers empty when the time is over, to the grain of five seconds', async () => {
  const world = await worldWithTopic();
  const pull = startPull(world, world.client(), { queueOffset: 1, suspendMs: 7_000 });
  const startedAt = world.sim.nowMs;
  await world.sim.runUntil(() => pull.answer !== undefined);
  expect(pull.answer).toMatchObject({ code: ResponseCode.PULL_NOT_FOUND, remark: 'OFFSET_OVERFLOW_ONE' });
  expect(world.sim.nowMs - startedAt).toBeGreaterThanOrEqual(7_000);
  expect(world.sim.nowMs - startedAt).toBeLessThan(12_100);
  await world.stop();
});

it('is not woken by another tag, and moves the offset on at the next sweep', async () => {
  const world = await worldWithTopic();
  const pull = startPull(world, world.client(), { queueOffset: 1, tag: 'wanted' });
  await world.sim.runFor(10);
  await world.send('T', 'other', { tags: 'other' });
  await world.sim.runFor(100);
  expect(pull.answer).toBeUndefined();
  await world.sim.runFor(5_000);
  expect(pull.answer).toMatchObject({ code: ResponseCode.PULL_RETRY_IMMEDIATELY, remark: 'NO_MATCHED_MESSAGE' });
  expect(pull.answer?.extFields?.get('nextBeginOffset')).toBe('2');
  await world.stop();
});

it('wakes everybody who waits, with all that arrived together', async () => {
  const world = await worldWithTopic();
  const pulls = [1, 2, 3].map(() => startPull(world, world.client(), { queueOffset: 1 }));
  await world.sim.runFor(100);
  await Promise.all([world.send('T', 'a')]);
  await world.sim.runUntil(() => pulls.every(({ answer }) => answer !== undefined));
  for (const { answer } of pulls) expect(texts(answer)).toEqual(['a']);
  await world.stop();
});

it('holds for the short time only when long polling is off', async () => {
  const world = new BrokerWorld(1, { polling: { longPollingEnable: false, shortPollingTimeMills: 1000 } });
  await world.start();
  await world.send('T', 'first');
  const pull = startPull(world, world.client(), { queueOffset: 1 });
  const startedAt = world.sim.nowMs;
  await world.sim.runUntil(() => pull.answer !== undefined);
  expect(world.sim.nowMs - startedAt).toBeLessThan(2_100);
  await world.stop();
});

it('answers those who wait when it stops', async () => {
  const world = await worldWithTopic();
  const pull = startPull(world, world.client(), { queueOffset: 1 });
  await world.sim.runFor(100);
  await world.stop();
  expect(pull.answer?.code).toBe(ResponseCode.PULL_NOT_FOUND);
});
