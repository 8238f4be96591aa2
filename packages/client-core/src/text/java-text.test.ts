import type { MessageExt } from '@rocketmq-ts/remoting-protocol';
import { expect, it } from 'vitest';
import { formatJavaMap, formatMessageExt, formatMessageQueue } from './java-text.ts';

// Both texts were printed by MessageClientExt.toString of rocketmq-common 4.6.0 on Java 17 for these fields.
const FIRST = ['UNIQ_KEY=AC1100', 'CLUSTER=DefaultCluster', 'WAIT=true', 'TAGS=TagA', 'MIN_OFFSET=0', 'MAX_OFFSET=250', 'CONSUME_START_TIME=1'];
const MORE = 'UNIQ_KEY CLUSTER WAIT TAGS KEYS RETRY_TOPIC ORIGIN_MESSAGE_ID MIN_OFFSET MAX_OFFSET CONSUME_START_TIME a b orderId traceparent Aa BB 中文'.split(' ');

function message(properties: Map<string, string>): MessageExt {
  return {
    topic: 'TopicTest',
    body: Buffer.from([72, 255, 0]),
    flag: 3,
    properties,
    queueId: 1,
    storeSize: 180,
    queueOffset: 5,
    sysFlag: 0,
    bornTimestamp: 1574208000000,
    bornHost: { ip: '127.0.0.1', port: 1234 },
    storeTimestamp: 1574208000001,
    storeHost: { ip: '127.0.0.1', port: 10911 },
    msgId: 'AC1100',
    offsetMsgId: '7F00000100002A9F0000000000000000',
    commitLogOffset: 0,
    bodyCRC: 77,
    reconsumeTimes: 0,
    preparedTransactionOffset: 0,
    brokerName: undefined,
  };
}

const PREFIX =
  'MessageExt [queueId=1, storeSize=180, queueOffset=5, sysFlag=0, bornTimestamp=1574208000000, bornHost=/127.0.0.1:1234, storeTimestamp=1574208000001, storeHost=/127.0.0.1:10911, msgId=7F00000100002A9F0000000000000000, commitLogOffset=0, bodyCRC=77, reconsumeTimes=0, preparedTransactionOffset=0, toString()=Message{topic=\'TopicTest\', flag=3, ';

it('a message reads as in Java, properties in the order of its hash map', () => {
  const properties = new Map(FIRST.map((item) => [`x${item.split('=')[0]}`, item.split('=')[1]!]));
  expect(formatMessageExt(message(properties))).toBe(
    `${PREFIX}properties={xCLUSTER=DefaultCluster, xTAGS=TagA, xCONSUME_START_TIME=1, xUNIQ_KEY=AC1100, xMAX_OFFSET=250, xMIN_OFFSET=0, xWAIT=true}, body=[72, -1, 0], transactionId='null'}]`,
  );
});

it('the order is that of a map that has grown, with colliding names in the order they came', () => {
  const properties = new Map(FIRST.map((item) => [`x${item.split('=')[0]}`, item.split('=')[1]!]));
  for (const name of MORE) properties.set(name, 'v');
  expect(formatMessageExt(message(properties))).toBe(
    `${PREFIX}properties={Aa=v, BB=v, a=v, b=v, xCONSUME_START_TIME=1, orderId=v, xUNIQ_KEY=AC1100, CONSUME_START_TIME=v, xMAX_OFFSET=250, xWAIT=true, MIN_OFFSET=v, xCLUSTER=DefaultCluster, xTAGS=TagA, 中文=v, ORIGIN_MESSAGE_ID=v, RETRY_TOPIC=v, MAX_OFFSET=v, KEYS=v, traceparent=v, xMIN_OFFSET=0, UNIQ_KEY=v, CLUSTER=v, WAIT=v, TAGS=v}, body=[72, -1, 0], transactionId='null'}]`,
  );
});

it('no property, IPv6 hosts and queues have their forms, too', () => {
  expect(formatJavaMap(new Map())).toBe('{}');
  expect(formatMessageExt({ ...message(new Map()), body: Buffer.alloc(0), storeHost: { ip: 'fd00:0:0:0:0:0:0:2', port: 1 } })).toMatch(/storeHost=\/\[fd00:0:0:0:0:0:0:2\]:1, .*properties=\{\}, body=\[\]/);
  expect(formatMessageQueue({ topic: 'T', brokerName: 'broker-a', queueId: 3 })).toBe('MessageQueue [topic=T, brokerName=broker-a, queueId=3]');
});
