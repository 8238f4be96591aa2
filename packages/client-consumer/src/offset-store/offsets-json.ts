/**
 * Text of a broadcasting group's `offsets.json`, Java's OffsetSerializeWrapper: a map whose keys are objects.
 *
 *   {"offsetTable":{{"brokerName":"broker-a","queueId":0,"topic":"TopicTest"}:123}}
 *
 * Source: client/consumer/store/OffsetSerializeWrapper.java (4.6.0), fastjson 1.2.61
 */
import { decodeResetOffsetBody, encodeResetOffsetBody, type MessageQueue } from '@rocketmq-ts/remoting-protocol';

// ResetOffsetBody has the same one member of the same form.
export function offsetsToJson(entries: readonly { readonly mq: MessageQueue; readonly offset: number }[]): Buffer {
  return encodeResetOffsetBody({ offsetTable: entries.map(({ mq, offset }) => [mq, offset]) }, { pretty: true });
}

/** @throws ProtocolError */
export function offsetsFromJson(text: Buffer): { mq: MessageQueue; offset: number }[] {
  return decodeResetOffsetBody(text).offsetTable.map(([mq, offset]) => ({ mq, offset }));
}
