import { copySendProperties, isRetryTopic, isWriteable, MessageSysFlag, newSendMessageScan, RemotingCommand, scanSendMessageV2, SerializeType, SystemTopic } from '@rocketmq-ts/remoting-protocol';
import type { RawFrameHandler } from '@rocketmq-ts/remoting';

import { MessageType } from '../../stats/topic-traffic.ts';
import { bornHostOf } from '../born-host.ts';
import { SendAnswer } from './send-answer.ts';
import type { SendPorts } from './send-ports.ts';
import { FOUND, scanStoredProperties } from './stored-properties.ts';

const EMPTY_BODY = Buffer.alloc(0);
const SEPARATOR = 2;
const RESPONSE_FLAG = 1;
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

    const result = ports.appender.append({
      topic: topic.topicName,
      queueId,
      flag: scan.flag,
      sysFlag: (scan.sysFlag & ~HOST_V6_FLAGS) | (topic.topicFilterType === 'MULTI_TAG' ? MULTI_TAGS : 0),
      body: frame.body ?? EMPTY_BODY,
      properties: scratch.subarray(0, end),
      bornTimestamp: scan.bornTimestamp,
      bornHost: bornHostOf(connection),
      storeHost: ports.facts.storeHost,
      reconsumeTimes: Math.max(0, scan.reconsumeTimes),
      preparedTransactionOffset: 0,
    });
    // Refused: nothing was stored, and the long way finds the words for it.
    if (result.status !== 'APPENDED') return false;
    const isWaiting = (found & FOUND.wait) === 0 || (found & FOUND.waitIsTrue) !== 0;
    ports.appender.whenDurable(result.endOffset, isWaiting, new SendAnswer(ports, connection, requestOf(scan.code, scan.opaque, scan.commandFlag), { topic: topic.topicName, queueId, messageType: (found & FOUND.shardingKey) === 0 ? MessageType.NORMAL : MessageType.FIFO }, result));
    return true;
  };
}

/** Nothing is set that makes this broker refuse sends of known topics. */
function isOrdinary(ports: SendPorts): boolean {
  const { live } = ports;
  if (!isWriteable(live.brokerPermission)) return false;
  return live.startAcceptSendRequestTimeStamp === 0 || ports.env.clock.wallMs() >= live.startAcceptSendRequestTimeStamp;
}

/** What an answer needs to know of its request. */
function requestOf(code: number, opaque: number, flag: number): RemotingCommand {
  const request = new RemotingCommand(code);
  request.opaque = opaque;
  request.flag = flag;
  return request;
}
