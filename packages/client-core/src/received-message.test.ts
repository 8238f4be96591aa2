import { inspect } from 'node:util';
import { encodeProperties, type RecordFields, recordSizeOf, viewRecord, writeRecord } from '@rocketmq-ts/remoting-protocol';
import { describe, expect, it } from 'vitest';
import { ReceivedMessage } from './received-message.ts';

const fields: RecordFields = {
  topic: 'T',
  queueId: 1,
  flag: 0,
  sysFlag: 0,
  queueOffset: 2,
  physicalOffset: 1000,
  bornTimestamp: 3,
  bornHost: { ip: '127.0.0.1', port: 4 },
  storeTimestamp: 5,
  storeHost: { ip: '10.0.0.1', port: 10911 },
  reconsumeTimes: 0,
  preparedTransactionOffset: 0,
  body: Buffer.from('{"id":7}'),
  properties: encodeProperties(new Map([['TAGS', 'a'], ['KEYS', 'k1 k2'], ['UNIQ_KEY', 'unique']])),
};

function received(): ReceivedMessage {
  const record = Buffer.alloc(recordSizeOf(fields));
  writeRecord(record, 0, fields);
  return new ReceivedMessage(viewRecord(record), { brokerName: 'broker-a', minOffset: 0, maxOffset: 9 });
}

describe('a received message', () => {
  it('has what the record has, what the pull knew, and when it was consumed', () => {
    const message = received();
    message.startConsuming(1234);
    expect(message).toMatchObject({ topic: 'T', queueId: 1, queueOffset: 2, commitLogOffset: 1000, bornTimestamp: 3, storeTimestamp: 5, brokerName: 'broker-a' });
    expect(Object.fromEntries(message.properties)).toEqual({ TAGS: 'a', KEYS: 'k1 k2', UNIQ_KEY: 'unique', MIN_OFFSET: '0', MAX_OFFSET: '9', CONSUME_START_TIME: '1234' });
    expect([message.msgId, message.offsetMsgId, message.tags, message.keys]).toEqual(['unique', '0A00000100002A9F00000000000003E8', 'a', ['k1', 'k2']]);
    expect([message.bornHost, message.storeHost, message.json()]).toEqual([fields.bornHost, fields.storeHost, { id: 7 }]);
  });

  it('keeps what its listener puts into the properties, also when it is consumed again', () => {
    const message = received();
    message.startConsuming(1);
    message.properties.set('own', 'x');
    message.startConsuming(2);
    expect(message.properties.get('own')).toBe('x');
    expect(message.properties.get('CONSUME_START_TIME')).toBe('2');
  });

  it('is shown whole', () => {
    const message = received();
    const plain = JSON.parse(JSON.stringify(message)) as Record<string, unknown>;
    expect(plain).toMatchObject({ topic: 'T', msgId: 'unique', offsetMsgId: message.offsetMsgId, bornHost: fields.bornHost, storeHost: fields.storeHost });
    expect(inspect(message)).toMatch(/^ReceivedMessage \{[^]*'TAGS' => 'a'[^]*msgId: 'unique'/);
    expect(String(message)).toContain('MessageExt [queueId=1, storeSize=');
  });

  it('is made of a plain message, too', () => {
    const { properties: _, ...plain } = received().toJSON();
    const properties = new Map([['KEYS', 'z']]);
    const copy = new ReceivedMessage({ ...plain, properties });
    expect(copy.toJSON()).toEqual({ ...plain, properties });
    expect(copy.keys).toEqual(['z']);
  });
});
