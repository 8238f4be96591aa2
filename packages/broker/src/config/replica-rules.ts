/**
 * What a replica group asks of each broker's configuration: one master with the id 0, slaves with ids above 0. Java
 * takes any id of a master for 0 without a word, so that a slave whose brokerRole was forgotten becomes a second master.
 * Source: broker/BrokerStartup.java createBrokerController (4.6.0)
 */
import type { ConfigProblem, ConfigReading } from '@rocketmq-ts/kernel';

import type { BrokerKeyTables, BrokerValues } from './broker-config.ts';

/** Why no broker can be started like this. */
export function replicaProblems({ values, lineOfKey }: ConfigReading<BrokerKeyTables>): ConfigProblem[] {
  const { broker, store } = values;
  const problems: ConfigProblem[] = [];
  const problem = (key: string, text: string): void => {
    problems.push({ line: lineOfKey.get(key) ?? lineOfKey.get('brokerRole'), key, text });
  };
  if (store.brokerRole === 'SLAVE') {
    if (broker.brokerId <= 0) {
      problem('brokerId', `the brokerId of a SLAVE is above 0, and this is ${broker.brokerId}; give each slave of a brokerName another one: 1, 2, …`);
    }
    if (isOwnHaAddress(values)) {
      problem('haMasterAddress', `haMasterAddress=${store.haMasterAddress} is this broker itself; name the address of its master, with the master's listenPort + 1`);
    }
  } else if (broker.brokerId !== 0) {
    problem(
      'brokerId',
      `the brokerId of a master is 0, and this is ${broker.brokerId}; set brokerId=0, or brokerRole=SLAVE if this broker is to follow the master of its brokerName`,
    );
  }
  return problems;
}

/** What may not be meant. */
export function replicaNotes({ broker, store }: BrokerValues): { readonly key: string; readonly text: string }[] {
  const notes: { key: string; text: string }[] = [];
  const isSlave = store.brokerRole === 'SLAVE';
  if (isSlave && broker.namesrvAddr === undefined && store.haMasterAddress === undefined) {
    notes.push({ key: 'brokerRole', text: 'this slave finds no master: it has neither namesrvAddr nor haMasterAddress' });
  }
  if (!isSlave && store.haMasterAddress !== undefined) {
    notes.push({ key: 'haMasterAddress', text: `haMasterAddress is without effect: the broker is a master (brokerRole=${store.brokerRole})` });
  }
  if (store.haHousekeepingInterval <= store.haSendHeartbeatInterval) {
    const text = `haHousekeepingInterval=${store.haHousekeepingInterval} closes idle HA connections before their heartbeat (haSendHeartbeatInterval=${store.haSendHeartbeatInterval})`;
    notes.push({ key: 'haHousekeepingInterval', text });
  }
  return notes;
}

function isOwnHaAddress({ broker, server, store }: BrokerValues): boolean {
  const match = /^(.+):(\d+)$/.exec(store.haMasterAddress ?? '');
  if (match === null || Number(match[2]) !== server.listenPort + 1) return false;
  return [broker.brokerIP1, broker.brokerIP2, 'localhost', '127.0.0.1', '[::1]'].includes(match[1] ?? '');
}
