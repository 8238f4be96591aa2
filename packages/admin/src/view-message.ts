/**
 * A message by its offset message id, which names the broker that stored it and the physical offset. A master that is
 * away is still named by its messages; its slaves have the same record at the same place.
 *
 * Java differs: it asks that broker only.
 */
import { MQBrokerError } from '@rocketmq-ts/client-core';
import { type ClusterInfo, decodeOffsetMsgId, decodeRecords, formatHostAddress, type MessageExt } from '@rocketmq-ts/remoting-protocol';
import { AdminError } from './errors.ts';

export interface ViewMessagePorts {
  clusterInfo(): Promise<ClusterInfo>;
  /** Bytes of the record at that offset. @throws MQBrokerError when there is none */
  ask(address: string, physicalOffset: number): Promise<Buffer>;
}

/** The broker's code for it is no more than SYSTEM_ERROR. */
const NO_SUCH_OFFSET = 'can not find message by the offset';
const MASTER_ID = 0;

/** @throws AdminError, MQBrokerError, Remoting*Error of the broker that the id names */
export async function viewMessage(offsetMsgId: string, ports: ViewMessagePorts): Promise<MessageExt> {
  const { address, physicalOffset } = placeOf(offsetMsgId);
  try {
    return oneOf(await ports.ask(address, physicalOffset));
  } catch (error) {
    if (error instanceof MQBrokerError && error.remark?.startsWith(NO_SUCH_OFFSET) === true) throw new AdminError('NOT_FOUND', error.message, error);
    if (error instanceof MQBrokerError || error instanceof AdminError) throw error;
    const copy = await fromSlaves(address, physicalOffset, ports);
    if (copy === undefined) throw error;
    return copy;
  }
}

/** Asks the slaves of that master, and of names without one; a record counts when it says that it came from there. */
async function fromSlaves(masterAddr: string, physicalOffset: number, ports: ViewMessagePorts): Promise<MessageExt | undefined> {
  const info = await ports.clusterInfo().catch(() => undefined);
  for (const { brokerName, brokerAddrs } of info?.brokerAddrTable.values() ?? []) {
    const master = brokerAddrs.get(MASTER_ID);
    if (master !== undefined && master !== masterAddr) continue;
    for (const [id, address] of brokerAddrs) {
      if (id === MASTER_ID) continue;
      const records = await ports.ask(address, physicalOffset).catch(() => undefined);
      const message = records === undefined ? undefined : decodeRecords(records)[0];
      if (message === undefined || formatHostAddress(message.storeHost) !== masterAddr) continue;
      message.brokerName = brokerName;
      return message;
    }
  }
  return undefined;
}

function oneOf(records: Buffer): MessageExt {
  const [message] = decodeRecords(records);
  if (message === undefined) throw new AdminError('NOT_FOUND', 'Message not found!');
  return message;
}

function placeOf(offsetMsgId: string): { address: string; physicalOffset: number } {
  try {
    const { host, physicalOffset } = decodeOffsetMsgId(offsetMsgId);
    return { address: formatHostAddress(host), physicalOffset };
  } catch (error) {
    const remedy = 'give the offsetMsgId of the SendResult (32 hex digits, 56 for IPv6); its msgId is made by the producer and does not say where the message is';
    throw new AdminError('USAGE', `'${offsetMsgId}' is not an offset message id: ${remedy}`, error);
  }
}
