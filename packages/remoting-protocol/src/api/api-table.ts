/** All requests that something in 4.6.0 handles, by code. Eleven more codes are declared there and handled by nothing. */
import type { Api } from './define-api.ts';
import { deleteAclConfig } from './admin/acl/delete-acl-config.ts';
import { getBrokerClusterAclConfig } from './admin/acl/get-broker-cluster-acl-config.ts';
import { getBrokerClusterAclInfo } from './admin/acl/get-broker-cluster-acl-info.ts';
import { updateAndCreateAclConfig } from './admin/acl/update-and-create-acl-config.ts';
import { updateGlobalWhiteAddrsConfig } from './admin/acl/update-global-white-addrs-config.ts';
import { consumeMessageDirectly } from './admin/groups/consume-message-directly.ts';
import { deleteSubscriptiongroup } from './admin/groups/delete-subscriptiongroup.ts';
import { getAllSubscriptiongroupConfig } from './admin/groups/get-all-subscriptiongroup-config.ts';
import { getConsumeStats } from './admin/groups/get-consume-stats.ts';
import { getConsumerConnectionList } from './admin/groups/get-consumer-connection-list.ts';
import { getConsumerRunningInfo } from './admin/groups/get-consumer-running-info.ts';
import { getProducerConnectionList } from './admin/groups/get-producer-connection-list.ts';
import { invokeBrokerToGetConsumerStatus } from './admin/groups/invoke-broker-to-get-consumer-status.ts';
import { updateAndCreateSubscriptiongroup } from './admin/groups/update-and-create-subscriptiongroup.ts';
import { cloneGroupOffset } from './admin/offsets/clone-group-offset.ts';
import { getAllConsumerOffset } from './admin/offsets/get-all-consumer-offset.ts';
import { getAllDelayOffset } from './admin/offsets/get-all-delay-offset.ts';
import { getBrokerConsumeStats } from './admin/offsets/get-broker-consume-stats.ts';
import { invokeBrokerToResetOffset } from './admin/offsets/invoke-broker-to-reset-offset.ts';
import { queryConsumeTimeSpan } from './admin/offsets/query-consume-time-span.ts';
import { queryCorrectionOffset } from './admin/offsets/query-correction-offset.ts';
import { cleanExpiredConsumequeue } from './admin/runtime/clean-expired-consumequeue.ts';
import { getBrokerConfig } from './admin/runtime/get-broker-config.ts';
import { getBrokerRuntimeInfo } from './admin/runtime/get-broker-runtime-info.ts';
import { queryConsumeQueue } from './admin/runtime/query-consume-queue.ts';
import { registerFilterServer } from './admin/runtime/register-filter-server.ts';
import { resumeCheckHalfMessage } from './admin/runtime/resume-check-half-message.ts';
import { updateBrokerConfig } from './admin/runtime/update-broker-config.ts';
import { viewBrokerStatsData } from './admin/runtime/view-broker-stats-data.ts';
import { cleanUnusedTopic } from './admin/topics/clean-unused-topic.ts';
import { deleteTopicInBroker } from './admin/topics/delete-topic-in-broker.ts';
import { getAllTopicConfig } from './admin/topics/get-all-topic-config.ts';
import { getSystemTopicListFromBroker } from './admin/topics/get-system-topic-list-from-broker.ts';
import { getTopicStatsInfo } from './admin/topics/get-topic-stats-info.ts';
import { queryTopicConsumeByWho } from './admin/topics/query-topic-consume-by-who.ts';
import { updateAndCreateTopic } from './admin/topics/update-and-create-topic.ts';
import { checkClientConfig } from './client/check-client-config.ts';
import { checkTransactionState } from './client/check-transaction-state.ts';
import { getConsumerListByGroup } from './client/get-consumer-list-by-group.ts';
import { getConsumerStatusFromClient } from './client/get-consumer-status-from-client.ts';
import { heartBeat } from './client/heart-beat.ts';
import { lockBatchMq } from './client/lock-batch-mq.ts';
import { notifyConsumerIdsChanged } from './client/notify-consumer-ids-changed.ts';
import { pushReplyMessageToClient } from './client/push-reply-message-to-client.ts';
import { queryConsumerOffset } from './client/query-consumer-offset.ts';
import { resetConsumerClientOffset } from './client/reset-consumer-client-offset.ts';
import { unlockBatchMq } from './client/unlock-batch-mq.ts';
import { unregisterClient } from './client/unregister-client.ts';
import { updateConsumerOffset } from './client/update-consumer-offset.ts';
import { consumerSendMsgBack } from './data/consumer-send-msg-back.ts';
import { endTransaction } from './data/end-transaction.ts';
import { getEarliestMsgStoretime } from './data/get-earliest-msg-storetime.ts';
import { getMaxOffset } from './data/get-max-offset.ts';
import { getMinOffset } from './data/get-min-offset.ts';
import { pullMessage } from './data/pull-message.ts';
import { queryMessage } from './data/query-message.ts';
import { searchOffsetByTimestamp } from './data/search-offset-by-timestamp.ts';
import { sendBatchMessage } from './data/send-batch-message.ts';
import { sendMessage } from './data/send-message.ts';
import { sendMessageV2 } from './data/send-message-v2.ts';
import { sendReplyMessage } from './data/send-reply-message.ts';
import { sendReplyMessageV2 } from './data/send-reply-message-v2.ts';
import { viewMessageById } from './data/view-message-by-id.ts';
import { deleteKvConfig } from './namesrv/delete-kv-config.ts';
import { deleteTopicInNamesrv } from './namesrv/delete-topic-in-namesrv.ts';
import { getAllTopicListFromNameserver } from './namesrv/get-all-topic-list-from-nameserver.ts';
import { getBrokerClusterInfo } from './namesrv/get-broker-cluster-info.ts';
import { getHasUnitSubTopicList } from './namesrv/get-has-unit-sub-topic-list.ts';
import { getHasUnitSubUnunitTopicList } from './namesrv/get-has-unit-sub-ununit-topic-list.ts';
import { getKvConfig } from './namesrv/get-kv-config.ts';
import { getKvlistByNamespace } from './namesrv/get-kvlist-by-namespace.ts';
import { getNamesrvConfig } from './namesrv/get-namesrv-config.ts';
import { getRouteintoByTopic } from './namesrv/get-routeinto-by-topic.ts';
import { getSystemTopicListFromNs } from './namesrv/get-system-topic-list-from-ns.ts';
import { getTopicsByCluster } from './namesrv/get-topics-by-cluster.ts';
import { getUnitTopicList } from './namesrv/get-unit-topic-list.ts';
import { putKvConfig } from './namesrv/put-kv-config.ts';
import { queryDataVersion } from './namesrv/query-data-version.ts';
import { registerBroker } from './namesrv/register-broker.ts';
import { unregisterBroker } from './namesrv/unregister-broker.ts';
import { updateNamesrvConfig } from './namesrv/update-namesrv-config.ts';
import { wipeWritePermOfBroker } from './namesrv/wipe-write-perm-of-broker.ts';

const all: readonly Api[] = [
  sendMessage,
  sendMessageV2,
  sendBatchMessage,
  consumerSendMsgBack,
  endTransaction,
  pullMessage,
  sendReplyMessage,
  sendReplyMessageV2,
  queryMessage,
  viewMessageById,
  searchOffsetByTimestamp,
  getMaxOffset,
  getMinOffset,
  getEarliestMsgStoretime,
  heartBeat,
  unregisterClient,
  checkClientConfig,
  getConsumerListByGroup,
  queryConsumerOffset,
  updateConsumerOffset,
  lockBatchMq,
  unlockBatchMq,
  checkTransactionState,
  notifyConsumerIdsChanged,
  resetConsumerClientOffset,
  getConsumerStatusFromClient,
  pushReplyMessageToClient,
  updateAndCreateTopic,
  deleteTopicInBroker,
  getAllTopicConfig,
  getTopicStatsInfo,
  getSystemTopicListFromBroker,
  queryTopicConsumeByWho,
  cleanUnusedTopic,
  updateAndCreateSubscriptiongroup,
  getAllSubscriptiongroupConfig,
  deleteSubscriptiongroup,
  getConsumerConnectionList,
  getProducerConnectionList,
  getConsumeStats,
  getConsumerRunningInfo,
  consumeMessageDirectly,
  invokeBrokerToGetConsumerStatus,
  getAllConsumerOffset,
  getAllDelayOffset,
  invokeBrokerToResetOffset,
  queryCorrectionOffset,
  cloneGroupOffset,
  queryConsumeTimeSpan,
  getBrokerConsumeStats,
  updateBrokerConfig,
  getBrokerConfig,
  getBrokerRuntimeInfo,
  viewBrokerStatsData,
  queryConsumeQueue,
  resumeCheckHalfMessage,
  cleanExpiredConsumequeue,
  registerFilterServer,
  updateAndCreateAclConfig,
  deleteAclConfig,
  getBrokerClusterAclInfo,
  updateGlobalWhiteAddrsConfig,
  getBrokerClusterAclConfig,
  putKvConfig,
  getKvConfig,
  deleteKvConfig,
  registerBroker,
  unregisterBroker,
  getRouteintoByTopic,
  getBrokerClusterInfo,
  wipeWritePermOfBroker,
  getAllTopicListFromNameserver,
  deleteTopicInNamesrv,
  getKvlistByNamespace,
  getTopicsByCluster,
  getSystemTopicListFromNs,
  getUnitTopicList,
  getHasUnitSubTopicList,
  getHasUnitSubUnunitTopicList,
  updateNamesrvConfig,
  getNamesrvConfig,
  queryDataVersion,
];

export const API_TABLE: ReadonlyMap<number, Api> = new Map(all.map((api) => [api.code, api]));
