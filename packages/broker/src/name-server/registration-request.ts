import {
  crc32Of,
  encodeRegisterBrokerBody,
  isReadable,
  isWriteable,
  RegisterBrokerRequestHeader,
  RemotingCommand,
  RequestCode,
  type TopicConfig,
  type TopicConfigSerializeWrapper,
  UnRegisterBrokerRequestHeader,
} from '@rocketmq-ts/remoting-protocol';

import { type BrokerIdentity, brokerAddressOf } from '../settings.ts';

/** REGISTER_BROKER: the whole table, every time. Source: broker/out/BrokerOuterAPI.java registerBrokerAll (4.6.0) */
export function registerRequest(identity: BrokerIdentity, topics: TopicConfigSerializeWrapper, compressed: boolean): RemotingCommand {
  const body = encodeRegisterBrokerBody({ topicConfigSerializeWrapper: topics, filterServerList: [] }, { compressed });
  const extFields = RegisterBrokerRequestHeader.encode({
    ...nameFields(identity),
    haServerAddr: `${identity.brokerIP2}:${identity.haListenPort}`,
    compressed,
    bodyCrc32: crc32Of(body, 0, body.length),
  });
  return new RemotingCommand(RequestCode.REGISTER_BROKER, extFields, body);
}

export function unregisterRequest(identity: BrokerIdentity): RemotingCommand {
  return new RemotingCommand(RequestCode.UNREGISTER_BROKER, UnRegisterBrokerRequestHeader.encode(nameFields(identity)));
}

/** The topics as name servers are told them: a broker that may not be read or written says so with every topic. */
export function topicsToRegister(topics: TopicConfigSerializeWrapper, brokerPermission: number): TopicConfigSerializeWrapper {
  if (isReadable(brokerPermission) && isWriteable(brokerPermission)) return topics;
  const topicConfigTable = new Map<string, TopicConfig>();
  for (const [topic, config] of topics.topicConfigTable) topicConfigTable.set(topic, { ...config, perm: brokerPermission });
  return { dataVersion: topics.dataVersion, topicConfigTable };
}

function nameFields(identity: BrokerIdentity): { brokerName: string; brokerAddr: string; clusterName: string; brokerId: number } {
  const { brokerName, clusterName, brokerId } = identity;
  return { brokerName, brokerAddr: brokerAddressOf(identity), clusterName, brokerId };
}

/** The same request for one more peer: each peer's client gives it an opaque of its own. */
export function sameRequest(request: RemotingCommand): RemotingCommand {
  return new RemotingCommand(request.code, request.extFields, request.body);
}
