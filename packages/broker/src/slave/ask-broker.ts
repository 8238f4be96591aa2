/**
 * What brokers of one name ask each other, over their ordinary ports; these calls are Java's, so either side may be
 * Java's broker. Source: broker/out/BrokerOuterAPI.java (4.6.0)
 */
import {
  type ConsumerOffsetSerializeWrapper,
  decodeConsumerOffsetSerializeWrapper,
  decodeDelayOffsetSerializeWrapper,
  decodeKVTable,
  decodeSubscriptionGroupWrapper,
  decodeTopicConfigSerializeWrapper,
  type DelayOffsetSerializeWrapper,
  RemotingCommand,
  RequestCode,
  ResponseCode,
  type SubscriptionGroupWrapper,
  type TopicConfigSerializeWrapper,
} from '@rocketmq-ts/remoting-protocol';
import { type RemotingClient, RemotingConnectError } from '@rocketmq-ts/remoting';

export const ASK_TIMEOUT_MS = 3_000;
/** Distance of a broker's second port, see `vipChannelEnabled`. */
const VIP_PORT_DISTANCE = 2;

export type Asker = Pick<RemotingClient, 'invoke'>;

export interface LogEnds {
  readonly minOffset: number;
  readonly maxOffset: number;
}

/**
 * Java asks for topics at the second port, so that they come through while the first one is under load; a broker of ours
 * may have none. @throws RmqError, ProtocolError
 */
export async function askTopics(client: Asker, address: string): Promise<TopicConfigSerializeWrapper> {
  const at = address.lastIndexOf(':');
  const vipAddress = `${address.slice(0, at)}:${Number(address.slice(at + 1)) - VIP_PORT_DISTANCE}`;
  try {
    return decodeTopicConfigSerializeWrapper(await ask(client, vipAddress, RequestCode.GET_ALL_TOPIC_CONFIG));
  } catch (error) {
    if (!(error instanceof RemotingConnectError)) throw error;
    return decodeTopicConfigSerializeWrapper(await ask(client, address, RequestCode.GET_ALL_TOPIC_CONFIG));
  }
}

/** @throws RmqError, ProtocolError */
export async function askGroups(client: Asker, address: string): Promise<SubscriptionGroupWrapper> {
  return decodeSubscriptionGroupWrapper(await ask(client, address, RequestCode.GET_ALL_SUBSCRIPTIONGROUP_CONFIG));
}

/** @throws RmqError, ProtocolError */
export async function askConsumerOffsets(client: Asker, address: string, timeoutMs = ASK_TIMEOUT_MS): Promise<ConsumerOffsetSerializeWrapper> {
  return decodeConsumerOffsetSerializeWrapper(await ask(client, address, RequestCode.GET_ALL_CONSUMER_OFFSET, timeoutMs));
}

/** @throws RmqError, ProtocolError */
export async function askDelayOffsets(client: Asker, address: string): Promise<DelayOffsetSerializeWrapper> {
  return decodeDelayOffsetSerializeWrapper(await ask(client, address, RequestCode.GET_ALL_DELAY_OFFSET));
}

/**
 * When the broker's process was started, by its own clock: another value is another run of it. Undefined when it does not
 * say, as Java's broker in its first second. @throws RmqError when it can't be asked
 */
export async function askBootTimestamp(client: Asker, address: string): Promise<string | undefined> {
  return (await askRuntimeInfo(client, address))?.get('bootTimestamp');
}

/** Undefined when the broker does not say, as Java's in its first second. @throws RmqError when it can't be asked */
export async function askLogEnds(client: Asker, address: string): Promise<LogEnds | undefined> {
  const info = await askRuntimeInfo(client, address);
  const minOffset = Number(info?.get('commitLogMinOffset') ?? NaN);
  const maxOffset = Number(info?.get('commitLogMaxOffset') ?? NaN);
  return Number.isSafeInteger(minOffset) && Number.isSafeInteger(maxOffset) ? { minOffset, maxOffset } : undefined;
}

async function askRuntimeInfo(client: Asker, address: string): Promise<ReadonlyMap<string, string> | undefined> {
  const answer = await client.invoke(address, new RemotingCommand(RequestCode.GET_BROKER_RUNTIME_INFO), { timeoutMs: ASK_TIMEOUT_MS });
  if (answer.code !== ResponseCode.SUCCESS || answer.body === undefined) return undefined;
  try {
    return decodeKVTable(answer.body).table;
  } catch {
    return undefined;
  }
}

async function ask(client: Asker, address: string, code: number, timeoutMs = ASK_TIMEOUT_MS): Promise<Buffer> {
  const answer = await client.invoke(address, new RemotingCommand(code), { timeoutMs });
  if (answer.code !== ResponseCode.SUCCESS) throw new Error(`${address} answered code ${answer.code} ${answer.remark ?? ''}`);
  if (answer.body === undefined) throw new Error(`${address} answered request ${code} without a body`);
  return answer.body;
}
