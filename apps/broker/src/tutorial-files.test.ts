// The files of conf/, as the broker reads them: ready to run side by side under one name server on one machine.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { brokerSettingsOf } from '@rocketmq-ts/broker';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { parseArguments } from './arguments.ts';
import { loadConfig } from './load-config.ts';

const CONF = fileURLToPath(new URL('../../../conf/', import.meta.url));

/** file, cluster, name, id, role, port */
const FILES = [
  ['broker.conf', 'single-master', 'broker-a', 0, 'ASYNC_MASTER', 10911],
  ['2m-noslave/broker-a.properties', '2m-noslave', '2m-broker-a', 0, 'ASYNC_MASTER', 11911],
  ['2m-noslave/broker-b.properties', '2m-noslave', '2m-broker-b', 0, 'ASYNC_MASTER', 12911],
  ['2m-2s-async/broker-a.properties', '2m-2s-async', '2m-2s-async-broker-a', 0, 'ASYNC_MASTER', 13911],
  ['2m-2s-async/broker-a-s.properties', '2m-2s-async', '2m-2s-async-broker-a', 1, 'SLAVE', 14911],
  ['2m-2s-async/broker-b.properties', '2m-2s-async', '2m-2s-async-broker-b', 0, 'ASYNC_MASTER', 15911],
  ['2m-2s-async/broker-b-s.properties', '2m-2s-async', '2m-2s-async-broker-b', 1, 'SLAVE', 16911],
  ['2m-2s-sync/broker-a.properties', '2m-2s-sync', '2m-2s-sync-broker-a', 0, 'SYNC_MASTER', 17911],
  ['2m-2s-sync/broker-a-s.properties', '2m-2s-sync', '2m-2s-sync-broker-a', 1, 'SLAVE', 18911],
  ['2m-2s-sync/broker-b.properties', '2m-2s-sync', '2m-2s-sync-broker-b', 0, 'SYNC_MASTER', 19911],
  ['2m-2s-sync/broker-b-s.properties', '2m-2s-sync', '2m-2s-sync-broker-b', 1, 'SLAVE', 20911],
  ['2m-noslave/broker-trace.properties', '2m-noslave', 'broker-trace', 0, 'ASYNC_MASTER', 21911],
] as const;

beforeEach(() => void vi.stubEnv('ROCKETMQ_DATA', undefined));
afterEach(() => void vi.unstubAllEnvs());

const read = (file: string) => loadConfig(parseArguments(['-c', join(CONF, file)]), '/unused').config;

it.each(FILES)('%s', (file, clusterName, brokerName, brokerId, brokerRole, listenPort) => {
  const config = read(file);
  const { identity, store, registration, bootTopics } = brokerSettingsOf(config);
  const root = join('/data/rocketmq', clusterName, file.replace(/^.*\/|\..*$/g, '').replace(/^broker$/, 'broker-a'), 'store');
  expect(identity).toMatchObject({ clusterName, brokerName, brokerId, listenPort, haListenPort: listenPort + 1 });
  expect(store).toMatchObject({ brokerRole, flushDiskType: 'ASYNC_FLUSH', deleteWhen: '04', fileReservedTime: 48, storePathRootDir: root, storePathCommitLog: join(root, 'commitlog') });
  expect(registration.nameServers).toEqual(['localhost:9876']);
  expect(bootTopics.traceTopicEnable).toBe(brokerName === 'broker-trace');
  expect(config.notes).toEqual([]);
});

it('no two share a folder', () => {
  const roots = FILES.map(([file]) => dirname(read(file).values.store.storePathRootDir));
  expect(new Set(roots).size).toBe(FILES.length);
});
