import { Dispatcher, createRemotingServer, type RemotingServer } from '@rocketmq-ts/remoting';
import {
  createResponse,
  decodeRegisterBrokerBody,
  encodeClusterInfo,
  encodeKVTable,
  type RegisterBrokerBody,
  RegisterBrokerRequestHeader,
  RequestCode,
  ResponseCode,
} from '@rocketmq-ts/remoting-protocol';
import { createBroker } from '../src/index.ts';
import { expect, it } from 'vitest';

import { BrokerWorld, NAME_SERVER_PORT, settingsFor } from './broker-world.ts';

/** Answers as a name server does and remembers what it was told. */
class FakeNameServer {
  readonly registrations: (RegisterBrokerBody & { header: RegisterBrokerRequestHeader })[] = [];
  readonly events: string[] = [];
  orderTopics: string[] = [];
  brokers = new Map<string, string>();
  #server: RemotingServer | undefined;
  readonly #world: BrokerWorld;

  constructor(world: BrokerWorld) {
    this.#world = world;
  }

  async start(): Promise<this> {
    const dispatcher = new Dispatcher();
    dispatcher.register([RequestCode.REGISTER_BROKER], (request) => {
      const header = RegisterBrokerRequestHeader.decode(request.extFields);
      this.registrations.push({ ...decodeRegisterBrokerBody(request.body, { compressed: header.compressed ?? false, version: request.version }), header });
      this.events.push('register');
      const response = createResponse(request, ResponseCode.SUCCESS);
      response.body = encodeKVTable({ table: new Map(this.orderTopics.map((topic) => [topic, 'broker-a:4'])) });
      return response;
    });
    dispatcher.register([RequestCode.UNREGISTER_BROKER], (request) => {
      this.events.push('unregister');
      return createResponse(request, ResponseCode.SUCCESS);
    });
    dispatcher.register([RequestCode.GET_BROKER_CLUSTER_INFO], (request) => {
      const response = createResponse(request, ResponseCode.SUCCESS);
      const brokerAddrTable = new Map([...this.brokers].map(([brokerName, address]) => [brokerName, { cluster: 'DefaultCluster', brokerName, brokerAddrs: new Map([[0, address]]) }]));
      response.body = encodeClusterInfo({ brokerAddrTable, clusterAddrTable: new Map() });
      return response;
    });
    this.#server = createRemotingServer({ env: this.#world.sim.host('ns').env, port: NAME_SERVER_PORT, dispatcher });
    await this.#world.sim.run(this.#server.start());
    return this;
  }

  async stop(): Promise<void> {
    await this.#world.sim.run((this.#server as RemotingServer).stop());
  }
}

function worldWithNameServer(): BrokerWorld {
  const world = new BrokerWorld(1, {});
  const nameServers = [`${world.sim.host('ns').address}:${NAME_SERVER_PORT}`];
  Object.assign(world.settings, { registration: { ...world.settings.registration, nameServers } });
  return world;
}

it('registers all topics before the start is over, again every 30 s, and unregisters at the end', async () => {
  const world = worldWithNameServer();
  const nameServer = await new FakeNameServer(world).start();
  await world.start();
  expect(nameServer.registrations).toHaveLength(1);
  expect(nameServer.registrations[0]?.header).toMatchObject({ brokerName: 'broker-a', brokerAddr: world.address, clusterName: 'DefaultCluster', brokerId: 0 });
  expect([...(nameServer.registrations[0]?.topicConfigSerializeWrapper.topicConfigTable.keys() ?? [])]).toContain('BenchmarkTest');
  await world.sim.runFor(61_000);
  expect(nameServer.registrations).toHaveLength(3);
  await world.stop();
  expect(nameServer.events).toEqual(['register', 'register', 'register', 'unregister']);
});

it('registers at once when a topic is made, and joins what changes together', async () => {
  const world = worldWithNameServer();
  const nameServer = await new FakeNameServer(world).start();
  await world.start();
  await world.send('New', 'x');
  await world.sim.runFor(100);
  expect(nameServer.registrations.at(-1)?.topicConfigSerializeWrapper.topicConfigTable.has('New')).toBe(true);
  const count = nameServer.registrations.length;
  await world.ask(RequestCode.UPDATE_BROKER_CONFIG, {}, 'brokerPermission=4');
  await world.sim.runFor(100);
  expect(nameServer.registrations).toHaveLength(count + 1);
  expect(nameServer.registrations.at(-1)?.topicConfigSerializeWrapper.topicConfigTable.get('New')?.perm).toBe(4);
  await world.stop();
});

it('takes over which topics are ordered', async () => {
  const world = worldWithNameServer();
  const nameServer = await new FakeNameServer(world).start();
  await world.start();
  await world.send('Ordered', 'x');
  nameServer.orderTopics = ['Ordered'];
  await world.sim.runFor(31_000);
  expect((await world.ask(RequestCode.GET_ALL_TOPIC_CONFIG)).body?.toString()).toContain('"order":true,"perm":6,"readQueueNums":4,"topicFilterType":"SINGLE_TAG","topicName":"Ordered"');
  await world.stop();
});

it('starts without its name server, and finds it at once when it comes soon, within seconds when it comes late', async () => {
  const world = worldWithNameServer();
  await world.start();
  expect(world.broker?.unreachableNameServers).toEqual(world.settings.registration.nameServers);
  const nameServer = await new FakeNameServer(world).start();
  await world.sim.runFor(300);
  expect(nameServer.registrations).toHaveLength(1);
  expect(world.broker?.unreachableNameServers).toEqual([]);
  await nameServer.stop();
  await world.sim.runFor(60_000);
  const again = await new FakeNameServer(world).start();
  await world.sim.runFor(6_000);
  expect(again.registrations.length).toBeGreaterThan(0);
  await world.stop();
});

it('refuses to start beside a living broker of its name, and names it', async () => {
  const world = worldWithNameServer();
  const nameServer = await new FakeNameServer(world).start();
  await world.start();
  nameServer.brokers.set('broker-a', world.address);
  const other = settingsFor(world.sim.host('other').address, { registration: world.settings.registration });
  const start = world.sim.run(createBroker(world.sim.host('other').env, other));
  await expect(start).rejects.toMatchObject({ code: 'BROKER_NAME_TAKEN' });
  await expect(start).rejects.toThrow(`is in use by ${world.address}, which is alive`);
  expect(world.sim.host('other').disk.files()).toEqual([]);
  await world.stop();
});

it('starts beside the entry of a broker that does not answer', async () => {
  const world = worldWithNameServer();
  const nameServer = await new FakeNameServer(world).start();
  nameServer.brokers.set('broker-a', `${world.sim.host('gone').address}:10911`);
  await world.start();
  expect(nameServer.events).toEqual(['register']);
  await world.stop();
});
