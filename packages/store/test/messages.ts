import { encodeBatchBody, encodeProperties } from '@rocketmq-ts/remoting-protocol';
import type { MessageToStore } from '../src/ports.ts';

const BORN_HOST = { ip: '10.0.0.7', port: 40_123 };
const STORE_HOST = { ip: '10.0.0.1', port: 10_911 };

/** A message of a test; what is not given is of no matter to it. */
export function message(overrides: Partial<MessageToStore> & { key?: string } = {}): MessageToStore {
  const { key, ...fields } = overrides;
  return {
    topic: 'Topic',
    queueId: 0,
    flag: 0,
    sysFlag: 0,
    body: Buffer.from('body'),
    properties: key === undefined ? Buffer.alloc(0) : encodeProperties(new Map([['KEYS', key]])),
    bornTimestamp: 1_700_000_000_000,
    bornHost: BORN_HOST,
    storeHost: STORE_HOST,
    reconsumeTimes: 0,
    preparedTransactionOffset: 0,
    ...fields,
  };
}

/** A batch of these bodies, each with its key. */
export function batch(items: readonly { body: Buffer; key: string }[], overrides: Partial<MessageToStore> = {}): MessageToStore {
  const body = encodeBatchBody(items.map((item) => ({ flag: 0, body: item.body, properties: new Map([['KEYS', item.key]]) })));
  return message({ body, ...overrides });
}
