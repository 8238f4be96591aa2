import { Dispatcher, type RemotingClient, type RequestHandler } from '@rocketmq-ts/remoting';
import { encodeHeartbeatData, RequestCode, ResponseCode, subscriptionDataOf } from '@rocketmq-ts/remoting-protocol';
import { expect } from 'vitest';

import { type BrokerWorld, request } from './broker-world.ts';

/** A consumer of group g and topic T, as far as the broker sees one. */
export interface Member {
  readonly client: RemotingClient;
  /** Groups it was told to rebalance. */
  readonly notified: string[];
}

export async function join(world: BrokerWorld, clientID: string, handlers: Readonly<Record<number, RequestHandler>> = {}): Promise<Member> {
  const notified: string[] = [];
  const dispatcher = new Dispatcher();
  dispatcher.register([RequestCode.NOTIFY_CONSUMER_IDS_CHANGED], (command) => {
    notified.push(command.extFields?.get('consumerGroup') ?? '');
    expect(command.isOneway).toBe(true);
    return undefined;
  });
  for (const [code, handler] of Object.entries(handlers)) dispatcher.register([Number(code)], handler);
  const client = world.client(dispatcher);
  const body = encodeHeartbeatData({
    clientID,
    producerDataSet: [],
    consumerDataSet: [
      {
        groupName: 'g',
        consumeType: 'CONSUME_PASSIVELY',
        messageModel: 'CLUSTERING',
        consumeFromWhere: 'CONSUME_FROM_LAST_OFFSET',
        subscriptionDataSet: [subscriptionDataOf('T', '*', 1)],
        unitMode: false,
      },
    ],
  });
  const answer = await world.sim.run(client.invoke(world.address, request(RequestCode.HEART_BEAT, {}, body), { timeoutMs: 5000 }));
  expect(answer.code).toBe(ResponseCode.SUCCESS);
  return { client, notified };
}
