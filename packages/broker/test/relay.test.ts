import {
  createResponse,
  decodeGetConsumerStatusBody,
  decodeRecords,
  decodeResetOffsetBody,
  encodeGetConsumerStatusBody,
  type RemotingCommand,
  RequestCode,
  ResponseCode,
} from '@rocketmq-ts/remoting-protocol';
import { expect, it } from 'vitest';

import { BrokerWorld } from './broker-world.ts';
import { join } from './member.ts';

it('passes 307 and 309 on to the client and its answer back, the message with the latter', async () => {
  const world = await new BrokerWorld().start();
  const sent = await world.send('T', 'consume me');
  const seen: RemotingCommand[] = [];
  const answer = (command: RemotingCommand): RemotingCommand => {
    seen.push(command);
    const response = createResponse(command, ResponseCode.SUCCESS);
    response.body = Buffer.from(`{"code":${command.code}}`);
    return response;
  };
  await join(world, 'a', { [RequestCode.GET_CONSUMER_RUNNING_INFO]: answer, [RequestCode.CONSUME_MESSAGE_DIRECTLY]: (command) => {
    expect(decodeRecords(command.body as Buffer)[0]?.body.toString()).toBe('consume me');
    return answer(command);
  } });
  const info = await world.ask(RequestCode.GET_CONSUMER_RUNNING_INFO, { consumerGroup: 'g', clientId: 'a', jstackEnable: true });
  expect([info.code, info.body?.toString()]).toEqual([ResponseCode.SUCCESS, '{"code":307}']);
  const msgId = sent.extFields?.get('msgId') ?? '';
  const direct = await world.ask(RequestCode.CONSUME_MESSAGE_DIRECTLY, { consumerGroup: 'g', clientId: 'a', msgId });
  expect([direct.code, direct.body?.toString()]).toEqual([ResponseCode.SUCCESS, '{"code":309}']);
  expect(seen.map(({ extFields }) => extFields?.get('brokerName'))).toEqual([undefined, 'broker-a']);
  expect((await world.ask(RequestCode.CONSUME_MESSAGE_DIRECTLY, { consumerGroup: 'g', clientId: 'a', msgId: 'x' })).code).toBe(ResponseCode.SYSTEM_ERROR);
  await world.stop();
});

it('says that a client did not answer in time', async () => {
  const world = await new BrokerWorld().start();
  await join(world, 'silent', { [RequestCode.GET_CONSUMER_RUNNING_INFO]: () => undefined });
  const answer = await world.ask(RequestCode.GET_CONSUMER_RUNNING_INFO, { consumerGroup: 'g', clientId: 'silent' });
  expect(answer.code).toBe(ResponseCode.CONSUME_MSG_TIMEOUT);
  expect(answer.remark).toMatch(/^consumer <g> <silent> Timeout: /);
  await world.stop();
});

it('tells every member the offsets to go on from, back by time and forward only when forced', async () => {
  const world = await new BrokerWorld().start();
  for (const text of ['a', 'b', 'c']) await world.send('T', text);
  for (const queueId of [0, 1, 2, 3]) {
    await world.ask(RequestCode.UPDATE_CONSUMER_OFFSET, { consumerGroup: 'g', topic: 'T', queueId, commitOffset: queueId === 0 ? 2 : 0 });
  }
  const reset = (timestamp: number, isForce: boolean) => world.ask(RequestCode.INVOKE_BROKER_TO_RESET_OFFSET, { topic: 'T', group: 'g', timestamp, isForce });
  expect((await reset(0, true)).code).toBe(ResponseCode.CONSUMER_NOT_ONLINE);
  const told: number[][] = [];
  const listen = { [RequestCode.RESET_CONSUMER_CLIENT_OFFSET]: (command: RemotingCommand) => void told.push(decodeResetOffsetBody(command.body as Buffer).offsetTable.map(([, offset]) => offset)) };
  await join(world, 'a', listen);
  await join(world, 'b', listen);
  const offsets = (answer: RemotingCommand): number[] => decodeResetOffsetBody(answer.body as Buffer).offsetTable.map(([, offset]) => offset);
  expect(offsets(await reset(0, false))).toEqual([0, 0, 0, 0]);
  expect(offsets(await reset(-1, false))).toEqual([2, 0, 0, 0]);
  expect(offsets(await reset(-1, true))).toEqual([3, 0, 0, 0]);
  await world.sim.runFor(100);
  expect(told).toEqual([[0, 0, 0, 0], [0, 0, 0, 0], [2, 0, 0, 0], [2, 0, 0, 0], [3, 0, 0, 0], [3, 0, 0, 0]]);
  expect((await world.ask(RequestCode.INVOKE_BROKER_TO_RESET_OFFSET, { topic: 'T', group: 'unknown', timestamp: 0, isForce: true })).remark).toBe('THe consumer group <unknown> not exist');
  await world.stop();
});

it('asks the members for their status, or the one that is named', async () => {
  const world = await new BrokerWorld().start();
  const status = (offset: number) => ({
    [RequestCode.GET_CONSUMER_STATUS_FROM_CLIENT]: (command: RemotingCommand) => {
      const response = createResponse(command, ResponseCode.SUCCESS);
      response.body = encodeGetConsumerStatusBody({ messageQueueTable: [[{ topic: 'T', brokerName: 'broker-a', queueId: 0 }, offset]], consumerTable: new Map() });
      return response;
    },
  });
  await join(world, 'a', status(1));
  await join(world, 'b', status(2));
  const ask = async (clientAddr: string): Promise<string[]> => {
    const answer = await world.ask(RequestCode.INVOKE_BROKER_TO_GET_CONSUMER_STATUS, { topic: 'T', group: 'g', clientAddr });
    return [...decodeGetConsumerStatusBody(answer.body as Buffer).consumerTable].map(([clientId, [first]]) => `${clientId}:${first?.[1]}`);
  };
  expect((await ask('')).sort()).toEqual(['a:1', 'b:2']);
  expect(await ask('b')).toEqual(['b:2']);
  await world.stop();
});
