import { copySendProperties, isRetryTopic, isWriteable, MessageSysFlag, newSendMessageScan, scanSendMessageV2, SerializeType, SystemTopic } from '@rocketmq-ts/remoting-protocol';
import type { RawFrameHandler } from '@rocketmq-ts/remoting';
import type { MessageToStore } from '@rocketmq-ts/store';

import { MessageType } from '../../stats/topic-traffic.ts';
import { bornHostOf } from '../born-host.ts';
import { SendAnswers } from './send-answer.ts';
import type { SendPorts } from './send-ports.ts';
import { FOUND, scanStoredProperties } from './stored-properties.ts';

const EMPTY_BODY = Buffer.alloc(0);
const SEPARATOR = 2;
const RESPONSE_FLAG = 1;
const ONEWAY_FLAG = 2;
const HOST_V6_FLAGS = MessageSysFlag.BORNHOST_V6 | MessageSysFlag.STOREHOST_V6;
const MULTI_TAGS = MessageSysFlag.MULTI_TAGS;

/**
 * The short way for what nearly all sends are: one message for a known topic, header in Java's JSON, nothing that the
 * broker has to act upon. From the frame's bytes to the store without a command, a map or a string. False for
 * everything else, also for all that is to be refused: `send-message.ts` does and answers that.
 */
export function createRawSend(ports: SendPorts): RawFrameHandler {
  const scan = newSendMessageScan();
  const cluster = Buffer.from(`CLUSTER\u0001${ports.facts.clusterName}\u0002`, 'utf8');
  let scratch = Buffer.allocUnsafeSlow(64 * 1024);
  const answers = new SendAnswers(ports);
  // One of each for all sends; they are read before the call returns.
  const request = { opaque: 0, isOneway: false };
  const message = newMessage(ports);

  return (frame, connection) => {
    if (frame.serializeType !== SerializeType.JSON || !scanSendMessageV2(frame.header, scan)) return false;
    if ((scan.commandFlag & RESPONSE_FLAG) !== 0 || scan.batch || !isOrdinary(ports)) return false;
    const topic = ports.topics.get(scan.topic);
    if (topic === undefined || scan.topic === SystemTopic.AUTO_CREATE || isRetryTopic(scan.topic)) return false;
    const { queueId } = scan;
    if (queueId < 0 || queueId >= Math.max(topic.writeQueueNums, topic.readQueueNums)) return false;
    if ((scan.sysFlag & MessageSysFlag.TRANSACTION_TYPE_MASK) !== 0) return false;

    const room = scan.propertiesBytes + 1 + cluster.length;
    if (room > scratch.length) scratch = Buffer.allocUnsafeSlow(room * 2);
    let end = copySendProperties(frame.header, scan, scratch, 0);
    const found = scanStoredProperties(scratch, 0, end);
    if ((found & FOUND.other) !== 0) return false;
    if (end > 0 && scratch[end - 1] !== SEPARATOR) scratch[end++] = SEPARATOR;
    end += cluster.copy(scratch, end);

    message.topic = topic.topicName;
    message.queueId = queueId;
    message.flag = scan.flag;
    message.sysFlag = (scan.sysFlag & ~HOST_V6_FLAGS) | (topic.topicFilterType === 'MULTI_TAG' ? MULTI_TAGS : 0);
    message.body = frame.body ?? EMPTY_BODY;
    message.properties = scratch.subarray(0, end);
    message.bornTimestamp = scan.bornTimestamp;
    message.bornHost = bornHostOf(connection);
    message.reconsumeTimes = Math.max(0, scan.reconsumeTimes);
    const result = ports.appender.append(message);
    // Refused: nothing was stored, and the long way finds the words for it.
    if (result.status !== 'APPENDED') return false;
    const isWaiting = (found & FOUND.wait) === 0 || (found & FOUND.waitIsTrue) !== 0;
    const messageType = (found & FOUND.shardingKey) === 0 ? MessageType.NORMAL : MessageType.FIFO;
    request.opaque = scan.opaque;
    request.isOneway = (scan.commandFlag & ONEWAY_FLAG) !== 0;
    const answer = answers.to(connection, request).storedAt(result, topic.topicName, queueId, messageType);
    ports.appender.whenDurable(result.endOffset, isWaiting, answer);
    return true;
  };
}

/** Nothing is set that makes this broker refuse sends of known topics. */
function isOrdinary(ports: SendPorts): boolean {
  const { live } = ports;
  if (!isWriteable(live.brokerPermission)) return false;
  return live.startAcceptSendRequestTimeStamp === 0 || ports.env.clock.wallMs() >= live.startAcceptSendRequestTimeStamp;
}

function newMessage({ facts }: SendPorts): { -readonly [key in keyof MessageToStore]: MessageToStore[key] } {
  return {
    topic: '',
    queueId: 0,
    flag: 0,
    sysFlag: 0,
    body: EMPTY_BODY,
    properties: EMPTY_BODY,
    bornTimestamp: 0,
    bornHost: facts.storeHost,
    storeHost: facts.storeHost,
    reconsumeTimes: 0,
    preparedTransactionOffset: 0,
  };
}
