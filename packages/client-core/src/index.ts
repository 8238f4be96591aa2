export { consumerSendMessageBack, type SendBackHeader } from './broker-api/send-back.ts';
export { queryConsumerOffset, updateConsumerOffset, updateConsumerOffsetOneway } from './broker-api/consumer-offset.ts';
export { checkClientConfig, consumerIdList, sendHeartbeat, unregisterClient } from './broker-api/membership.ts';
export { pullMessage, type PullAnswer, type PullHeader, type PullStatus } from './broker-api/pull-message.ts';
export { earliestMsgStoreTime, maxOffset, minOffset, searchOffset } from './broker-api/queue-offset.ts';
export { type SendAnswer, sendCommand, type SendHeader, sendMessage, type SendStatus } from './broker-api/send-message.ts';
export { type BrokerAddress, BrokerTable, type KnownBroker } from './broker-table.ts';
export { type ClientOptions, createClient, HEARTBEAT_BROKER_INTERVAL_MS, MQClient, POLL_NAME_SERVER_INTERVAL_MS } from './client.ts';
export { type ClientConfig, clientConfigRules, defaultsOfThisProcess, type ResolvedConfig, resolveClientConfig } from './client-config.ts';
export { buildClientId, chooseLocalAddress, DEFAULT_INSTANCE_NAME, instanceNameOrPid, type InterfaceAddress } from './client-id.ts';
export {
  ClientErrorCode,
  isMQError,
  MQAbortError,
  MQBrokerError,
  MQClientError,
  type MQClientErrorCode,
  type MQClientErrorOptions,
  type NoRouteReason,
  throwIfAborted,
} from './errors.ts';
export { compressBody } from './compress.ts';
export { asError, type EventMap, TypedEvents } from './events.ts';
export { type DefaultTopic, findPublishInfo, knownPublishInfo, noRoute } from './find-publish-info.ts';
export { type HostFacts, nodeHostFacts } from './host-facts.ts';
export { brokerError, call, type CallOptions, type Invoker, invokeAbortable } from './invoker.ts';
export { LifeCycle, type LifeState, within } from './life-cycle.ts';
export { type ConsumerMember, Members, type ProducerMember } from './members.ts';
export { type MessageInput, toMessage } from './message-input.ts';
export { NameServerApi } from './name-server-api.ts';
export { NameServerList, parseNamesrvAddr } from './name-server-list.ts';
export { withoutNamespace, wrapNamespace } from './namespace.ts';
export { checkOptions, nearestName, type OptionRule, rules } from './option-check.ts';
export { type PublishInfo, publishInfoOf, routeSignature, subscribeQueuesOf } from './publish-info.ts';
export { type ClientLease, ClientRegistry } from './registry.ts';
export { checkGroup, checkTopic, describeValue, MASTER_ID } from './names.ts';
export { type PulledFrom, ReceivedMessage } from './received-message.ts';
export { RouteCache, type TopicRoute } from './route-cache.ts';
export { sendHeader, type SendHeaderParts } from './send-header.ts';
export { formatJavaMap, formatMessageExt, formatMessageQueue } from './text/java-text.ts';
export { UniqIdGenerator, uniqIdTime } from './uniq-id.ts';
