/**
 * The queues a topic may be sent to: from the cache, else from the name server, else assumed from the default topic.
 * When there are none, finds out which of the four causes of `No route info of this topic` it is.
 *
 * Source: client/impl/producer/DefaultMQProducerImpl.java tryToFindTopicPublishInfo (4.6.0)
 */
import type { MQClient } from './client.ts';
import { ClientErrorCode, MQBrokerError, MQClientError, type NoRouteReason } from './errors.ts';
import type { PublishInfo } from './publish-info.ts';
import { isRetryTopic } from '@rocketmq-ts/remoting-protocol';

export interface DefaultTopic {
  readonly createTopicKey: string;
  readonly defaultTopicQueueNums: number;
}

const DIAGNOSIS_TIMEOUT_MS = 3000;

/** What is known without asking. */
export function knownPublishInfo(client: MQClient, topic: string): PublishInfo | undefined {
  const publish = client.routes.get(topic)?.publish;
  return publish === undefined || publish.queues.length === 0 ? undefined : publish;
}

/** @throws MQClientError RMQ_NO_ROUTE with reason and hint */
export async function findPublishInfo(client: MQClient, topic: string, defaults: DefaultTopic): Promise<PublishInfo> {
  const known = knownPublishInfo(client, topic);
  if (known !== undefined) return known;
  try {
    const own = await client.routes.refresh(topic);
    if (own !== undefined && own.publish.queues.length > 0) return own.publish;
    if (own !== undefined) throw noRoute(client, topic, 'no-usable-queue');
    const assumed = await client.routes.assumeFrom(defaults.createTopicKey, topic, defaults.defaultTopicQueueNums);
    if (assumed !== undefined && assumed.publish.queues.length > 0) return assumed.publish;
  } catch (error) {
    if (error instanceof MQClientError) throw error;
    // A name server that has just started answers with a code while it knows no broker: it is there.
    if (!(error instanceof MQBrokerError)) throw noRoute(client, topic, 'name-server-unreachable', error);
  }
  throw await explainAbsence(client, topic);
}

async function explainAbsence(client: MQClient, topic: string): Promise<MQClientError> {
  try {
    const cluster = await client.nameServers.clusterInfo({ timeoutMs: DIAGNOSIS_TIMEOUT_MS });
    const isEmpty = cluster === undefined || cluster.brokerAddrTable.size === 0;
    return noRoute(client, topic, isEmpty ? 'no-broker-registered' : 'topic-absent');
  } catch (error) {
    return noRoute(client, topic, 'name-server-unreachable', error);
  }
}

/** Every cause with the command that checks it. */
export function noRoute(client: MQClient, topic: string, reason: NoRouteReason, cause?: unknown): MQClientError {
  const servers = client.nameServers.list.addresses.join(';');
  const hints: Record<NoRouteReason, string> = {
    'name-server-unreachable':
      `Cause: no name server of ${servers} answers (${(cause as Error | undefined)?.message ?? 'no answer'}). ` +
      `Is one running there, and is the address right? Check: sh bin/mqadmin clusterList -n '${servers}'`,
    'no-broker-registered':
      `Cause: the name server answers, but no broker is registered with it (a broker needs up to 30 s after its start, ` +
      `and namesrvAddr in its own configuration). Check: sh bin/mqadmin clusterList -n '${servers}'`,
    'topic-absent':
      `Cause: the topic does not exist and no broker creates topics by itself (autoCreateTopicEnable=false). ` +
      `Create it: sh bin/mqadmin updateTopic -n '${servers}' -c DefaultCluster -t '${topic}'`,
    'no-usable-queue':
      `Cause: the topic exists, but no queue of it can be used: its broker's master is away, or the permission is missing. ` +
      `Check: sh bin/mqadmin topicRoute -n '${servers}' -t '${topic}'`,
  };
  return new MQClientError('RMQ_NO_ROUTE', `No route info of this topic: ${topic}`, {
    cause,
    reason,
    retryable: reason !== 'topic-absent' || isRetryTopic(topic),
    hint: hints[reason],
    responseCode: ClientErrorCode.NOT_FOUND_TOPIC_EXCEPTION,
  });
}
