/**
 * Where a queue that is new to this consumer begins. A stored offset always counts; without one the group is new and
 * the setting decides. When the answer can't be had, the queue waits for the next round: a guess would lose messages
 * or repeat them all.
 *
 * | stored           | LAST_OFFSET       | FIRST_OFFSET | TIMESTAMP               |
 * | n                | n                 | n            | n                       |
 * | none             | end (retry: 0)    | begin        | by time (retry: end)    |
 * | none, of a slave | wait (retry: 0)   | begin        | wait                    |
 * | error            | wait              | wait         | wait                    |
 *
 * A slave may not have copied the group's offset yet: what it says must not make messages be skipped. Nothing is missed
 * by waiting for the master, since nothing can be sent while it is away. End and time are the master's, too: an
 * asynchronous slave's end is behind.
 *
 * Java differs: FIRST_OFFSET begins at 0 there, which a queue with expired messages answers with a detour of 10 s.
 * Source: client/impl/consumer/RebalancePushImpl.java computePullFromWhere (4.6.0)
 */
import { asError, MASTER_ID, maxOffset, minOffset, type MQClient, MQClientError, searchOffset } from '@rocketmq-ts/client-core';
import { isRetryTopic, type MessageQueue } from '@rocketmq-ts/remoting-protocol';
import type { StoredOffset } from './offset-store/offset-store.ts';

export type ConsumeFromWhere = 'CONSUME_FROM_LAST_OFFSET' | 'CONSUME_FROM_FIRST_OFFSET' | 'CONSUME_FROM_TIMESTAMP';

export const ConsumeFromWhere = {
  CONSUME_FROM_LAST_OFFSET: 'CONSUME_FROM_LAST_OFFSET',
  CONSUME_FROM_FIRST_OFFSET: 'CONSUME_FROM_FIRST_OFFSET',
  CONSUME_FROM_TIMESTAMP: 'CONSUME_FROM_TIMESTAMP',
} as const;

export type StartPoint = { readonly from: 'offset'; readonly offset: number } | { readonly from: 'begin' | 'end' | 'time' } | { readonly from: 'wait'; readonly error: Error };

/** Pure part: what to ask for. */
export function startPoint(stored: StoredOffset, where: ConsumeFromWhere, isRetry: boolean): StartPoint {
  if (stored.kind === 'error') return { from: 'wait', error: stored.error };
  if (stored.kind === 'offset' && stored.offset >= 0) return { from: 'offset', offset: stored.offset };
  const isOfSlave = stored.kind === 'none' && stored.isOfSlave === true;
  const asMaster = (point: StartPoint): StartPoint =>
    isOfSlave ? { from: 'wait', error: new Error('its master is away, and a slave need not know yet whether the group has an offset') } : point;
  switch (where) {
    case 'CONSUME_FROM_LAST_OFFSET':
      return isRetry ? { from: 'offset', offset: 0 } : asMaster({ from: 'end' });
    case 'CONSUME_FROM_FIRST_OFFSET':
      return isRetry ? { from: 'offset', offset: 0 } : { from: 'begin' };
    case 'CONSUME_FROM_TIMESTAMP':
      return asMaster({ from: isRetry ? 'end' : 'time' });
  }
}

export interface StartSettings {
  readonly where: ConsumeFromWhere;
  /** Wall ms, for CONSUME_FROM_TIMESTAMP. */
  readonly timestampMs: number;
}

const TIMEOUT_MS = 3000;

/** The first offset to pull, never negative; an Error: wait for the next round. */
export async function startOffset(client: MQClient, mq: MessageQueue, stored: StoredOffset, settings: StartSettings): Promise<number | Error> {
  const point = startPoint(stored, settings.where, isRetryTopic(mq.topic));
  if (point.from === 'wait') return point.error;
  if (point.from === 'offset') return point.offset;
  try {
    const address = point.from === 'begin' ? (await client.brokerOf(mq.brokerName, MASTER_ID, mq.topic))?.address : await client.masterOf(mq.brokerName, mq.topic);
    if (address === undefined) return new MQClientError('RMQ_NO_BROKER', `The broker[${mq.brokerName}] not exist`, { retryable: true });
    const offset = await ask(client, address, mq, point.from, settings.timestampMs);
    return offset >= 0 ? offset : new Error(`the broker answered with offset ${offset}`);
  } catch (error) {
    return asError(error);
  }
}

function ask(client: MQClient, address: string, mq: MessageQueue, from: 'begin' | 'end' | 'time', timestampMs: number): Promise<number> {
  const options = { timeoutMs: TIMEOUT_MS };
  if (from === 'begin') return minOffset(client.remoting, address, mq, options);
  if (from === 'end') return maxOffset(client.remoting, address, mq, options);
  return searchOffset(client.remoting, address, mq, timestampMs, options);
}

/** `yyyyMMddHHmmss` in local time, or undefined when it is no such moment. */
export function parseConsumeTimestamp(text: string): number | undefined {
  const match = /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})$/.exec(text);
  if (match === null) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1).map(Number) as [number, number, number, number, number, number];
  const date = new Date(year, month - 1, day, hour, minute, second);
  const isSame = date.getMonth() === month - 1 && date.getDate() === day && hour < 24 && minute < 60 && second < 60;
  return isSame ? date.getTime() : undefined;
}
