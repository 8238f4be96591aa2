/** What the tutorial types for each mode, and the table it shows afterwards. Written out here, not read from conf/. */

export interface ExpectedBroker {
  readonly configFile: string;
  readonly brokerName: string;
  readonly brokerId: number;
  readonly port: number;
  /** Below the data folder. */
  readonly folder: string;
}

export interface ExpectedMode {
  readonly clusterName: string;
  readonly brokers: readonly ExpectedBroker[];
}

const broker = (configFile: string, brokerName: string, brokerId: number, port: number, folder: string): ExpectedBroker => ({ configFile, brokerName, brokerId, port, folder });

export const MODES: readonly ExpectedMode[] = [
  { clusterName: 'single-master', brokers: [broker('conf/broker.conf', 'broker-a', 0, 10911, 'single-master/broker-a')] },
  {
    clusterName: '2m-noslave',
    brokers: [
      broker('conf/2m-noslave/broker-a.properties', '2m-broker-a', 0, 11911, '2m-noslave/broker-a'),
      broker('conf/2m-noslave/broker-b.properties', '2m-broker-b', 0, 12911, '2m-noslave/broker-b'),
    ],
  },
  {
    clusterName: '2m-2s-async',
    brokers: [
      broker('conf/2m-2s-async/broker-a.properties', '2m-2s-async-broker-a', 0, 13911, '2m-2s-async/broker-a'),
      broker('conf/2m-2s-async/broker-a-s.properties', '2m-2s-async-broker-a', 1, 14911, '2m-2s-async/broker-a-s'),
      broker('conf/2m-2s-async/broker-b.properties', '2m-2s-async-broker-b', 0, 15911, '2m-2s-async/broker-b'),
      broker('conf/2m-2s-async/broker-b-s.properties', '2m-2s-async-broker-b', 1, 16911, '2m-2s-async/broker-b-s'),
    ],
  },
  {
    clusterName: '2m-2s-sync',
    brokers: [
      broker('conf/2m-2s-sync/broker-a.properties', '2m-2s-sync-broker-a', 0, 17911, '2m-2s-sync/broker-a'),
      broker('conf/2m-2s-sync/broker-a-s.properties', '2m-2s-sync-broker-a', 1, 18911, '2m-2s-sync/broker-a-s'),
      broker('conf/2m-2s-sync/broker-b.properties', '2m-2s-sync-broker-b', 0, 19911, '2m-2s-sync/broker-b'),
      broker('conf/2m-2s-sync/broker-b-s.properties', '2m-2s-sync-broker-b', 1, 20911, '2m-2s-sync/broker-b-s'),
    ],
  },
];

/** As 4.6.0 prints it. */
export const HEADING = '#Cluster Name     #Broker Name            #BID  #Addr                  #Version                #InTPS(LOAD)       #OutTPS(LOAD) #PCWait(ms) #Hour #SPACE';

/** The columns that do not change from machine to machine: cluster, broker, id, port, version. */
export function expectedRows(modes: readonly ExpectedMode[]): string[] {
  return modes.flatMap(({ clusterName, brokers }) => brokers.map(({ brokerName, brokerId, port }) => `${clusterName} ${brokerName} ${brokerId} ${port} V4_6_0`)).sort();
}

/** The same of a printed table. @throws Error when a line is not one of a broker */
export function rowsOf(table: string): string[] {
  const lines = table.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#'));
  return lines
    .map((line) => {
      const [cluster, name, id, address = '', version] = line.trim().split(/\s+/);
      if (!/^\d+(\.\d+){3}:\d+$/.test(address)) throw new Error(`not a line of clusterList: ${line}`);
      return `${cluster} ${name} ${id} ${address.replace(/^.*:/, '')} ${version}`;
    })
    .sort();
}

/** Every port the eleven brokers and the name server listen on: clients, VIP channel, slaves. */
export const PORTS: readonly number[] = [9876, ...MODES.flatMap(({ brokers }) => brokers.flatMap(({ port }) => [port - 2, port, port + 1]))];
