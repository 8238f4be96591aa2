// What is measured for goals P1, P2, P3, P5 and P15, and on which brokers.
import { bareLoop, type Contender, javaDefault, javaTuned, nats, natsSync, ours } from '../contenders/contenders.ts';

export interface Scenario {
  readonly id: string;
  readonly title: string;
  readonly flushDiskType: 'ASYNC_FLUSH' | 'SYNC_FLUSH';
  readonly connections: number;
  readonly inFlight: number;
  readonly bodyBytes: number;
  readonly contenders: readonly Contender[];
  /** How many times as long as the others: rare delays need time to happen. */
  readonly longer: number;
}

const ALL = [ours, javaDefault, javaTuned, nats, bareLoop];
const SYNCED = [ours, javaDefault, javaTuned, natsSync];

const size = (bodyBytes: number): string => (bodyBytes === 1024 ? '1 KiB' : `${bodyBytes} B`);

function scenario(flush: 'async' | 'sync', connections: number, inFlight: number, bodyBytes: number, longer: number = 1): Scenario {
  const flushDiskType = flush === 'async' ? 'ASYNC_FLUSH' : 'SYNC_FLUSH';
  const how = connections * inFlight === 1 ? 'one at a time' : `${connections} connections × ${inFlight} in flight`;
  return {
    id: `${flush}-${connections}x${inFlight}-${bodyBytes === 1024 ? '1k' : bodyBytes}`,
    title: `${flushDiskType}, ${how}, ${size(bodyBytes)}`,
    flushDiskType,
    connections,
    inFlight,
    bodyBytes,
    contenders: flush === 'async' ? ALL : SYNCED,
    longer,
  };
}

export const scenarios: readonly Scenario[] = [
  scenario('async', 4, 16, 128),
  scenario('async', 16, 64, 128),
  scenario('async', 4, 16, 1024),
  scenario('async', 16, 64, 1024),
  scenario('async', 1, 1, 128, 6),
  scenario('sync', 4, 16, 128),
  scenario('sync', 1, 1, 128),
];
