import { RequestCode } from '@rocketmq-ts/remoting-protocol';
import { createBroker } from '../src/index.ts';
import { expect, it } from 'vitest';

import { BrokerWorld, settingsFor } from './broker-world.ts';
import { FakeNameServer, NAME_SERVER_PORT } from './fake-name-server.ts';

function worldWithNameServer(): BrokerWorld {
  const world = new BrokerWorld(1, {});
  const nameServers = [`${world.sim.host('ns').address}:${NAME_SERVER_PORT}`];
  Object.assign(world.settings, { registration: { ...world.settings.registration, nameServers } });
  return world;
}

it('registers all topics before the start is over, again every 30 s, and unregisters at the end', async () => {
  const world = worldWithNameServer();
  const nameServer = await new FakeNameServer(world.sim).start();
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
  const nameServer = await new FakeNameServer(world.sim).start();
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
  const nameServer = await new FakeNameServer(world.sim).start();
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
  const nameServer = await new FakeNameServer(world.sim).start();
  await world.sim.runFor(300);
  expect(nameServer.registrations).toHaveLength(1);
  expect(world.broker?.unreachableNameServers).toEqual([]);
  await nameServer.stop();
  await world.sim.runFor(60_000);
  const again = await new FakeNameServer(world.sim).start();
  await world.sim.runFor(6_000);
  expect(again.registrations.length).toBeGreaterThan(0);
  await world.stop();
});

it('looks for a name server at once when it is lost, however long it has been looking for another', async () => {
  const world = worldWithNameServer();
  const other = new FakeNameServer(world.sim, 'ns2');
  Object.assign(world.settings, { registration: { ...world.settings.registration, nameServers: [...world.settings.registration.nameServers, other.address] } });
  const first = await new FakeNameServer(world.sim).start();
  await other.start();
  await world.start();
  await first.stop();
  // Asked for every five seconds by now.
  await world.sim.runFor(20_000);
  await other.stop();
  const again = await new FakeNameServer(world.sim, 'ns2').start();
  await world.sim.runFor(1_000);
  expect(again.registrations.length).toBeGreaterThan(0);
  await world.stop();
});

it('says which name server does not take it, and why, and goes on asking', async () => {
  const world = worldWithNameServer();
  const nameServer = await new FakeNameServer(world.sim).start();
  nameServer.refusal = 'broker-a is alive elsewhere';
  await world.start();
  expect(world.broker?.registrationRefusals).toEqual([`name server ${nameServer.address} does not take this broker: broker-a is alive elsewhere`]);
  expect(world.broker?.unreachableNameServers).toEqual([]);
  nameServer.refusal = undefined;
  await world.sim.runFor(6_000);
  expect(world.broker?.registrationRefusals).toEqual([]);
  expect(nameServer.registrations).toHaveLength(1);
  await world.stop();
});

it('refuses to start beside a living broker of its name, and names it', async () => {
  const world = worldWithNameServer();
  const nameServer = await new FakeNameServer(world.sim).start();
  await world.start();
  nameServer.brokers.set('broker-a', world.address);
  const other = settingsFor(world.sim.host('other').address, { registration: world.settings.registration });
  const start = world.sim.run(createBroker(world.sim.host('other').env, other));
  await expect(start).rejects.toMatchObject({ code: 'BROKER_NAME_TAKEN' });
  await expect(start).rejects.toThrow(`is in use by ${world.address}, which is alive`);
  expect(world.sim.host('other').disk.files()).toEqual([]);
  await world.stop();
});

it('takes over from a living broker of its name when it is told to', async () => {
  const world = worldWithNameServer();
  await new FakeNameServer(world.sim).start();
  await world.start();
  const other = settingsFor(world.sim.host('other').address, { registration: world.settings.registration, replica: { haMasterAddress: undefined, takeover: true } });
  const moved = await world.sim.run(createBroker(world.sim.host('other').env, other));
  expect(world.sim.host('other').log.entries.map(({ message }) => message)).toContain(
    'A broker of this name is taken over from while it is alive; stop it now, or it takes the name back with its next registration.',
  );
  await world.sim.run(moved.stop());
  await world.stop();
});

it('refuses a name that lives in another cluster, for slaves as well', async () => {
  const world = worldWithNameServer();
  await new FakeNameServer(world.sim).start();
  await world.start();
  const { identity, store } = settingsFor(world.sim.host('other').address);
  const slave = settingsFor(world.sim.host('other').address, {
    identity: { ...identity, brokerId: 1, clusterName: 'elsewhere' },
    store: { ...store, brokerRole: 'SLAVE' },
    registration: world.settings.registration,
  });
  const start = world.sim.run(createBroker(world.sim.host('other').env, slave));
  await expect(start).rejects.toMatchObject({ code: 'BROKER_NAME_IN_OTHER_CLUSTER' });
  await expect(start).rejects.toThrow(`The broker name broker-a belongs to the cluster DefaultCluster, where ${world.address} is alive`);
  await world.stop();
});

it('starts beside the entry of a broker that does not answer', async () => {
  const world = worldWithNameServer();
  const nameServer = await new FakeNameServer(world.sim).start();
  nameServer.brokers.set('broker-a', `${world.sim.host('gone').address}:10911`);
  await world.start();
  expect(nameServer.events).toEqual(['register']);
  await world.stop();
});
