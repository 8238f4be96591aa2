import { ConfigError, type ConfigValue } from '@rocketmq-ts/kernel';
import { parseProperties } from '@rocketmq-ts/remoting-protocol';
import { describe, expect, it } from 'vitest';

import { type BrokerConfigSources, brokerKeyTables, readBrokerConfig } from './broker-config.ts';
import { brokerConfigText, brokerPartsOf, brokerProperties, brokerSettingsOf } from './broker-settings.ts';

const facts = { hostName: 'vm', localAddress: '192.0.2.2', homeFolder: '/home/rocketmq', cpuCount: 2, memoryBytes: 8e9 };

function read(text: string, more: Partial<BrokerConfigSources> = {}) {
  return readBrokerConfig({ facts, entries: parseProperties(text), fileName: 'broker.conf', ...more });
}

function refusal(text: string, more: Partial<BrokerConfigSources> = {}): string {
  try {
    read(text, more);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return 'none';
}

describe('a broker configuration', () => {
  it('without a file is a master at 10911 with the store in the home folder', () => {
    const config = readBrokerConfig({ facts, entries: [], fileName: undefined });
    expect(config.notes).toEqual([]);
    const settings = brokerSettingsOf(config);
    expect(settings.identity).toEqual({
      clusterName: 'DefaultCluster',
      brokerName: 'vm',
      brokerId: 0,
      brokerIP1: '192.0.2.2',
      brokerIP2: '192.0.2.2',
      listenPort: 10911,
      haListenPort: 10912,
      regionId: 'DefaultRegion',
      storeHost: { ip: '192.0.2.2', port: 10911 },
    });
    expect(settings.store.storePathCommitLog).toBe('/home/rocketmq/store/commitlog');
    expect(settings.registration.nameServers).toEqual([]);
  });

  it('reads what the tutorial writes, blanks, returns and a mark at the start included', () => {
    const { values, notes } = read(
      '\ufeffbrokerClusterName = c1  \r\n brokerName=broker-a\t\r\nbrokerRole = SYNC_MASTER\r\nflushDiskType=SYNC_FLUSH \r\nlistenPort: 21001\r\n',
    );
    expect(values.broker.brokerClusterName).toBe('c1');
    expect(values.broker.brokerName).toBe('broker-a');
    expect(values.store.flushDiskType).toBe('SYNC_FLUSH');
    expect(values.store.haListenPort).toBe(21002);
    expect(notes).toEqual([]);
  });

  it('takes name servers from the option, then the file, then the environment', () => {
    const nameServers = (text: string, more: Partial<BrokerConfigSources>) => brokerSettingsOf(read(text, more)).registration.nameServers;
    const all = { namesrvAddr: 'env:1', namesrvAddrOption: 'option:1;other:2' };
    expect(nameServers('namesrvAddr=file:1', all)).toEqual(['option:1', 'other:2']);
    expect(nameServers('namesrvAddr=file:1; [::1]:9876;', { namesrvAddr: 'env:1' })).toEqual(['file:1', '[::1]:9876']);
    expect(nameServers('namesrvAddr=', { namesrvAddr: 'env:1' })).toEqual(['env:1']);
    expect(nameServers('', { namesrvAddr: '' })).toEqual([]);
    expect(read('', { rocketmqHome: '/opt/rmq' }).values.broker.rocketmqHome).toBe('/opt/rmq');
    expect(read('rocketmqHome=/own', { rocketmqHome: '/opt/rmq' }).values.broker.rocketmqHome).toBe('/own');
  });

  it('refuses a master with another id than 0, and a slave without one of its own', () => {
    expect(refusal('brokerRole=ASYNC_MASTER\nbrokerId=3')).toBe(
      'broker.conf:2: the brokerId of a master is 0, and this is 3; set brokerId=0, or brokerRole=SLAVE if this broker is to follow the master of its brokerName',
    );
    expect(refusal('brokerId=-1')).toMatch(/^broker.conf:1: the brokerId of a master is 0, and this is -1/);
    expect(refusal('\nbrokerRole=SLAVE')).toBe(
      'broker.conf:2: the brokerId of a SLAVE is above 0, and this is 0; give each slave of a brokerName another one: 1, 2, …',
    );
    expect(refusal('brokerRole=SLAVE\nbrokerId=-1')).toMatch(/^broker.conf:2: .*this is -1/);
    expect(read('brokerRole=SLAVE\nbrokerId=2').values.broker.brokerId).toBe(2);
    expect(read('brokerRole=SYNC_MASTER\nbrokerId=0').values.broker.brokerId).toBe(0);
  });

  it('refuses a slave that would follow itself', () => {
    const slave = 'brokerRole=SLAVE\nbrokerId=1\nlistenPort=14911\n';
    for (const own of ['127.0.0.1:14912', 'localhost:14912', '192.0.2.2:14912']) {
      expect(refusal(`${slave}haMasterAddress=${own}`)).toMatch(`broker.conf:4: haMasterAddress=${own} is this broker itself; name the address of its master`);
    }
    expect(refusal(`${slave}haMasterAddress=127.0.0.1:13912`)).toBe('none');
    expect(brokerSettingsOf(read(`${slave}haMasterAddress=10.0.0.1:13912`)).replica.haMasterAddress).toBe('10.0.0.1:13912');
  });

  it('says when a slave can find no master, and what a master does not need', () => {
    expect(read('brokerRole=SLAVE\nbrokerId=1').notes).toEqual(['broker.conf:1: this slave finds no master: it has neither namesrvAddr nor haMasterAddress']);
    expect(read('brokerRole=SLAVE\nbrokerId=1', { namesrvAddr: 'a:1' }).notes).toEqual([]);
    expect(read('haMasterAddress=a:10912').notes).toEqual(['broker.conf:1: haMasterAddress is without effect: the broker is a master (brokerRole=ASYNC_MASTER)']);
    expect(read('haSendHeartbeatInterval=30000\nhaHousekeepingInterval=20000').notes).toEqual([
      'broker.conf:2: haHousekeepingInterval=20000 closes idle HA connections before their heartbeat (haSendHeartbeatInterval=30000)',
    ]);
  });

  it('hands the replication keys to the store', () => {
    const { store } = brokerSettingsOf(
      read('listenPort=13911\nhaSendHeartbeatInterval=1000\nhaHousekeepingInterval=4000\nhaTransferBatchSize=65536\nhaSlaveFallbehindMax=1024'),
    );
    expect(store).toMatchObject({
      haListenPort: 13912,
      haSendHeartbeatInterval: 1000,
      haHousekeepingInterval: 4000,
      haTransferBatchSize: 65536,
      haSlaveFallbehindMax: 1024,
    });
  });

  it('points out a commit log that stays behind', () => {
    expect(read('storePathRootDir=/data/store').notes).toEqual([
      'broker.conf:1: the commit log stays at storePathCommitLog=/home/rocketmq/store/commitlog, outside storePathRootDir=/data/store',
    ]);
    expect(read('storePathRootDir=/data/store/\nstorePathCommitLog=/data/store/commitlog').notes).toEqual([]);
    expect(read('storePathRootDir=/data/store\nstorePathCommitLog=/data/store2').notes).toHaveLength(1);
  });

  it('says which values do something else than they seem to say', () => {
    const { notes } = read(
      'haListenPort=5\nbrokerIP1=broker-a.local\ndiskMaxUsedSpaceRatio=99\nregisterNameServerPeriod=1\nmappedFileSizeCommitLog=4096',
    );
    expect(notes).toEqual([
      'broker.conf:1: haListenPort is always listenPort + 1, here 10912',
      'broker.conf:2: message ids hold 192.0.2.2, because brokerIP1=broker-a.local is not an IP address',
      'broker.conf:3: diskMaxUsedSpaceRatio=99 is taken as 95',
      'broker.conf:4: registerNameServerPeriod is kept between 10000 and 60000',
      'broker.conf: a message of maxMessageSize=4194304 bytes does not fit into a file of mappedFileSizeCommitLog=4096',
    ]);
  });

  it('understands the spellings of older versions', () => {
    const config = read('mapedFileSizeCommitLog=8388608\nmapedFileSizeConsumeQueue=6000001');
    expect(brokerSettingsOf(config).store).toMatchObject({ mappedFileSizeCommitLog: 8388608, mappedFileSizeConsumeQueue: 6000020 });
    expect(config.notes).toContain("broker.conf:1: 'mapedFileSizeCommitLog' is the old spelling of 'mappedFileSizeCommitLog'");
  });

  it('names keys without effect once', () => {
    expect(read('sendMessageThreadPoolNums=16\nuseReentrantLockWhenPutMessage=true\nenablePropertyFilter=true').notes).toEqual([
      'broker.conf: known, but without effect here: sendMessageThreadPoolNums, useReentrantLockWhenPutMessage',
      'broker.conf: not available yet, so without effect: enablePropertyFilter',
    ]);
  });

  it.each([
    ['brokerNmae=a', "unknown key 'brokerNmae'; did you mean 'brokerName'?"],
    ['listenPort=65535', 'allowed: a whole number from 1 to 65534'],
    ['listenPort=0', 'not a value of listenPort'],
    ['flushDiskType=SYNC', 'allowed: ASYNC_FLUSH, SYNC_FLUSH'],
    ['deleteWhen=24', 'allowed: hours from 0 to 23'],
    ['deleteWhen=04:00', 'not a value of deleteWhen'],
    ['namesrvAddr=localhost', 'allowed: host:port'],
    ['namesrvAddr=a:9876,b:9876', 'not a value of namesrvAddr'],
    ['namesrvAddr=a:9876;;b:9876', 'not a value of namesrvAddr'],
    ['namesrvAddr=a:0', 'not a value of namesrvAddr'],
    ['namesrvAddr=::1:9876', 'not a value of namesrvAddr'],
    ['brokerIP1=10.0.0.1:10911', 'without port'],
    ['brokerIP1=300.0.0.1', 'not a value of brokerIP1'],
    ['brokerIP1=', 'not a value of brokerIP1'],
    ['storePathRootDir=~/store', '~ and variables are not replaced'],
    ['storePathRootDir=${user.home}/store', 'not a value of storePathRootDir'],
    ['brokerName=', 'allowed: a name'],
    ['aclEnable=true', 'open to all'],
    ['enableDLegerCommitLog=true', 'DLedger is not available'],
    ['messageDelayLevel=1s,5s', 'such as 1s 5m 2h'],
    ['haMasterAddress=10.0.0.1', 'allowed: host:port'],
    ['haTransferBatchSize=0', 'from 1 to 4194292'],
    ['haTransferBatchSize=8388608', 'from 1 to 4194292'],
    ['haSendHeartbeatInterval=0', 'not a value of haSendHeartbeatInterval'],
    ['fileReservedTime=-1', 'not a value of fileReservedTime'],
  ])('refuses %s', (line, why) => {
    const message = refusal(`brokerClusterName=c\n${line}\n`);
    expect(message).toMatch(/^broker\.conf:2: /);
    expect(message).toContain(why);
  });

  it('names the option or variable when that is what is wrong', () => {
    expect(refusal('', { namesrvAddrOption: 'nonsense' })).toMatch(/^-n: 'nonsense' is not a list of name servers/);
    expect(refusal('', { namesrvAddr: 'nonsense' })).toMatch(/^NAMESRV_ADDR: /);
  });

  it('accepts what is odd but right', () => {
    for (const line of [
      'deleteWhen=4;16;',
      'deleteWhen=00',
      'brokerIP1=[::1]',
      'brokerIP1=fe80::1%eth0',
      'brokerIP1=broker_a',
      'listenPort=+21001',
      'autoCreateTopicEnable=TRUE',
    ]) {
      expect(refusal(line), line).toBe('none');
    }
    expect(brokerSettingsOf(read('brokerIP1=[::1]')).identity.storeHost).toEqual({ ip: '::1', port: 10911 });
  });
});

describe('metrics', () => {
  const metricsOf = (text: string) => brokerSettingsOf(read(text)).metrics;

  it('are off unless wanted, and offered at brokerIP1 and port 5557 unless said otherwise', () => {
    expect(metricsOf('')).toBeUndefined();
    expect(metricsOf('metricsExporterType=PROM')).toEqual({ host: '192.0.2.2', port: 5557, labels: {} });
    const text = 'metricsExporterType=PROM\nmetricsPromExporterHost=0.0.0.0\nmetricsPromExporterPort=9100\nmetricsLabel=zone:z1, rack:7';
    expect(metricsOf(text)).toEqual({ host: '0.0.0.0', port: 9100, labels: { zone: 'z1', rack: '7' } });
  });

  it.each(['metricsExporterType=OTLP_GRPC', 'metricsPromExporterPort=0', 'metricsPromExporterHost=a b', 'metricsLabel=zone', 'metricsLabel=node_id:x', 'metricsLabel=a:1,a:2'])('%s is refused', (line) => {
    expect(refusal(line)).not.toBe('none');
  });
});

describe('what is shown of a configuration', () => {
  it('is every key for -p, the marked ones for -m', () => {
    const config = read('namesrvAddr=a:1\nbrokerRole=SLAVE\nbrokerId=7');
    const lines = brokerConfigText(config, 'all').trimEnd().split('\n');
    expect(lines).toHaveLength(164 + 4);
    expect(lines.slice(0, 3)).toEqual(['rocketmqHome=', 'namesrvAddr=a:1', 'brokerIP1=192.0.2.2']);
    expect(lines).toContain('brokerId=7');
    const important = brokerConfigText(config, 'important').trimEnd().split('\n');
    expect(important.every((line) => lines.includes(line))).toBe(true);
    expect(important).toContain('brokerName=vm');
    expect(important).not.toContain('brokerIP2=192.0.2.2');
  });

  it('is every key with a value over the wire', () => {
    const properties = brokerProperties(read('rmqAddressServerDomain=x'));
    expect(properties.has('namesrvAddr')).toBe(false);
    expect(properties.has('rmqAddressServerDomain')).toBe(false);
    expect(properties.get('messageStorePlugIn')).toBe('');
    expect(properties.get('listenPort')).toBe('10911');
  });
});

describe('the mark "acts"', () => {
  /** Shown as they are, or asked for by the checks only. */
  const SHOWN = [
    'sendThreadPoolQueueCapacity',
    'pullThreadPoolQueueCapacity',
    'queryThreadPoolQueueCapacity',
    'endTransactionPoolQueueCapacity',
  ];

  it('is on the keys that reach a part of the broker, and on no others', () => {
    const asked = new Set<string>();
    const watched = (group: object) =>
      new Proxy(group, {
        get(target, key) {
          asked.add(String(key));
          return (target as Record<string | symbol, ConfigValue>)[key];
        },
      });
    const config = read('namesrvAddr=a:1');
    const { broker, server, client, store, metrics } = config.values;
    const values = { ...config.values, broker: watched(broker), server: watched(server), client: watched(client), store: watched(store), metrics: watched(metrics) };
    brokerPartsOf({ ...config, values: values as typeof config.values });
    const marked = Object.values(brokerKeyTables(facts)).flatMap((table) =>
      Object.entries(table.keys)
        .filter(([, { effect }]) => effect === 'acts')
        .map(([key]) => key),
    );
    expect([...asked].filter((key) => !SHOWN.includes(key)).sort()).toEqual(marked.sort());
  });
});

it('marks as changeable exactly the live settings', () => {
  const changeable = Object.values(brokerKeyTables(facts)).flatMap((table) =>
    Object.entries(table.keys)
      .filter(([, { isChangeable }]) => isChangeable)
      .map(([key]) => key),
  );
  expect(changeable.sort()).toEqual(Object.keys(brokerPartsOf(read('')).live).sort());
});
