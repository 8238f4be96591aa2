/**
 * Who is there: HEART_BEAT (34), UNREGISTER_CLIENT (35), GET_CONSUMER_LIST_BY_GROUP (38), CHECK_CLIENT_CONFIG (46).
 */
import {
  decodeConsumerIdList,
  encodeHeartbeatData,
  encodeCheckClientRequestBody,
  GetConsumerListByGroupRequestHeader,
  type HeartbeatData,
  RemotingCommand,
  RequestCode,
  type SubscriptionData,
  UnregisterClientRequestHeader,
} from '@rocketmq-ts/remoting-protocol';
import { call, type CallOptions, type Invoker } from '../invoker.ts';

/** The answer's version is the broker's. */
export async function sendHeartbeat(invoker: Invoker, address: string, data: HeartbeatData, options: CallOptions): Promise<number> {
  const command = new RemotingCommand(RequestCode.HEART_BEAT, undefined, encodeHeartbeatData(data));
  return (await call(invoker, address, command, options)).version;
}

export async function unregisterClient(
  invoker: Invoker,
  address: string,
  who: { clientID: string; producerGroup?: string | undefined; consumerGroup?: string | undefined },
  options: CallOptions,
): Promise<void> {
  const ext = UnregisterClientRequestHeader.encode({
    clientID: who.clientID,
    producerGroup: who.producerGroup,
    consumerGroup: who.consumerGroup,
  });
  await call(invoker, address, new RemotingCommand(RequestCode.UNREGISTER_CLIENT, ext), options);
}

/** Client ids of a group's living consumers. @throws MQBrokerError 1 when there is none */
export async function consumerIdList(invoker: Invoker, address: string, consumerGroup: string, options: CallOptions): Promise<string[]> {
  const ext = GetConsumerListByGroupRequestHeader.encode({ consumerGroup });
  const response = await call(invoker, address, new RemotingCommand(RequestCode.GET_CONSUMER_LIST_BY_GROUP, ext), options);
  return response.body === undefined ? [] : decodeConsumerIdList(response.body);
}

/** Asks the broker whether it can filter by this subscription. */
export async function checkClientConfig(
  invoker: Invoker,
  address: string,
  config: { clientId: string; group: string; subscriptionData: SubscriptionData },
  options: CallOptions,
): Promise<void> {
  await call(invoker, address, new RemotingCommand(RequestCode.CHECK_CLIENT_CONFIG, undefined, encodeCheckClientRequestBody(config)), options);
}
