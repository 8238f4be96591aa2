import { FakeCluster } from '@rocketmq-ts/client-core/testing';
import { createSimulation, type Simulation } from '@rocketmq-ts/kernel/sim';
import {
  createResponse,
  encodeGroupList,
  encodeOffsetMsgId,
  encodeTopicStatsTable,
  RequestCode,
  ResponseCode,
  ViewMessageRequestHeader,
} from '@rocketmq-ts/remoting-protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DefaultMQAdminExt } from './admin.ts';

let sim: Simulation;
let cluster: FakeCluster;
let admin: DefaultMQAdminExt;

beforeEach(async () => {
  sim = createSimulation(41);
  cluster = new FakeCluster(sim);
  await sim.run(cluster.start(['broker-a', 'broker-a-s', 'broker-b', 'broker-b-s'], { T: { brokers: ['broker-a'], queues: 1 } }));
  for (const name of ['broker-a', 'broker-b']) {
    cluster.replicate(name, `${name}-s`);
    cluster.broker(name).fill('T', 0, 3, { prefix: name });
    cluster.broker(`${name}-s`).copyFrom(cluster.broker(name));
  }
  for (const broker of cluster.brokers.values()) {
    broker.script(RequestCode.GET_TOPIC_STATS_INFO, (request) => {
      const response = createResponse(request, ResponseCode.SUCCESS);
      response.body = encodeTopicStatsTable({ offsetTable: [[{ topic: 'T', brokerName: 'broker-a', queueId: 0 }, { minOffset: 0, maxOffset: 3, lastUpdateTimestamp: 0 }]] });
      return response;
    });
    broker.script(RequestCode.QUERY_TOPIC_CONSUME_BY_WHO, (request) => {
      const response = createResponse(request, ResponseCode.SUCCESS);
      response.body = encodeGroupList({ groupList: ['g'] });
      return response;
    });
    broker.script(RequestCode.VIEW_MESSAGE_BY_ID, (request) => {
      const { offset } = ViewMessageRequestHeader.decode(request.extFields);
      const message = broker.log.at(offset);
      if (message === undefined) return createResponse(request, ResponseCode.SYSTEM_ERROR, `can not find message by the offset, ${offset}`);
      const response = createResponse(request, ResponseCode.SUCCESS);
      response.body = message.record;
      return response;
    });
  }
  admin = new DefaultMQAdminExt({ namesrvAddr: cluster.namesrvAddr, env: sim.host('operator').env });
});

afterEach(async () => {
  await sim.run(admin.shutdown());
  await sim.run(cluster.stop());
});

const idAt = (name: string, queueOffset: number): string => {
  const broker = cluster.broker(name);
  return encodeOffsetMsgId({ ip: broker.host, port: broker.port }, broker.log.queue('T', 0)[queueOffset]!.physicalOffset);
};

describe.each([
  ['the name server knows of it', true],
  ['the name server does not know yet', false],
])('while a master is dead, and %s', (_what, isKnown) => {
  beforeEach(() => {
    cluster.killMaster('broker-a');
    if (!isKnown) cluster.mastersAway.clear();
  });

  it('a topic’s offsets and groups come from its slave', async () => {
    expect((await sim.run(admin.examineTopicStats('T'))).offsetTable).toHaveLength(1);
    expect(await sim.run(admin.queryTopicConsumeByWho('T'))).toEqual(['g']);
    expect([...(await sim.run(admin.examineTopicRouteInfo('T'))).brokerDatas[0]!.brokerAddrs.keys()]).toEqual(isKnown ? [1] : [0, 1]);
  });

  it('a message of it comes from its slave, and says whose it is', async () => {
    const message = await sim.run(admin.viewMessage(idAt('broker-a', 2)));
    expect([message.body.toString(), message.brokerName, message.queueOffset]).toEqual(['broker-a2', 'broker-a', 2]);
  });

  it('a record of another master at the same offset is not taken for it', async () => {
    cluster.slaves.set('broker-a', 'broker-b-s');
    cluster.slaves.delete('broker-b');
    await expect(sim.run(admin.viewMessage(idAt('broker-a', 2)))).rejects.toMatchObject({ code: 'REMOTING_CONNECT' });
  });
});

it('a message that a living master does not have is not looked for elsewhere', async () => {
  const { host, port } = cluster.broker('broker-a');
  await expect(sim.run(admin.viewMessage(encodeOffsetMsgId({ ip: host, port }, 12_345)))).rejects.toMatchObject({ code: 'ADMIN_NOT_FOUND' });
  expect(cluster.broker('broker-a-s').requests(RequestCode.VIEW_MESSAGE_BY_ID)).toEqual([]);
});
