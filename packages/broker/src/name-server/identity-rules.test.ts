import { expect, it } from 'vitest';

import type { BrokerIdentity } from '../settings.ts';
import { conflictsOf } from './identity-rules.ts';

const identity = (changes: Partial<BrokerIdentity> = {}): BrokerIdentity => ({
  clusterName: 'c',
  brokerName: 'broker-a',
  brokerId: 0,
  brokerIP1: '10.0.0.1',
  brokerIP2: '10.0.0.1',
  listenPort: 10911,
  haListenPort: 10912,
  regionId: 'r',
  storeHost: { ip: '10.0.0.1', port: 10911 },
  ...changes,
});

const group = (clusterName: string, ...addresses: [number, string][]) => ({ nameServer: 'ns:9876', clusterName, addresses: new Map(addresses) });
const kinds = (own: BrokerIdentity, ...groups: ReturnType<typeof group>[]): string[] => conflictsOf(own, groups).map(({ kind, address }) => `${kind}: ${address}`);

it('has no quarrel with its own old registration, nor with its slaves', () => {
  expect(kinds(identity(), group('c', [0, '10.0.0.1:10911'], [1, '10.0.0.2:10911']))).toEqual([]);
  expect(kinds(identity({ clusterName: 'other' }), group('c', [0, '10.0.0.1:10911']))).toEqual([]);
});

it('sees a second master, and a second slave of one id', () => {
  const registered = group('c', [0, '10.0.0.9:10911'], [1, '10.0.0.2:10911']);
  expect(kinds(identity(), registered)).toEqual(['taken: 10.0.0.9:10911']);
  expect(kinds(identity({ brokerId: 1 }), registered)).toEqual(['taken: 10.0.0.2:10911']);
  expect(kinds(identity({ brokerId: 2 }), registered)).toEqual([]);
});

it('sees its name in another cluster, whatever the ids', () => {
  expect(kinds(identity({ brokerId: 2, clusterName: 'mine' }), group('c', [0, '10.0.0.9:10911'], [1, '10.0.0.2:10911']))).toEqual([
    'other cluster: 10.0.0.9:10911',
    'other cluster: 10.0.0.2:10911',
  ]);
});

it('hears every name server', () => {
  expect(kinds(identity(), group('c'), group('c', [0, '10.0.0.9:10911']))).toEqual(['taken: 10.0.0.9:10911']);
});
