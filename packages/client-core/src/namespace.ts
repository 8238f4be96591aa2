/**
 * The namespace rule: `namespace%resource`, with %RETRY% and %DLQ% staying in front. System resources and
 * names that carry the namespace already are left alone.
 *
 * Source: common/protocol/NamespaceUtil.java (4.6.0)
 */
import { DLQ_TOPIC_PREFIX, RETRY_TOPIC_PREFIX, SYSTEM_GROUP_PREFIX, SYSTEM_TOPIC_PREFIX, SystemTopic } from '@rocketmq-ts/remoting-protocol';

const SEPARATOR = '%';

export function wrapNamespace(namespace: string | undefined, resource: string): string {
  if (namespace === undefined || namespace === '' || resource === '' || isSystemResource(resource)) return resource;
  const { prefix, rest } = splitPrefix(resource);
  if (rest.startsWith(namespace + SEPARATOR)) return resource;
  return prefix + namespace + SEPARATOR + rest;
}

export function withoutNamespace(namespace: string | undefined, resource: string): string {
  if (namespace === undefined || namespace === '' || isSystemResource(resource)) return resource;
  const { prefix, rest } = splitPrefix(resource);
  const own = namespace + SEPARATOR;
  return rest.startsWith(own) ? prefix + rest.slice(own.length) : resource;
}

function splitPrefix(resource: string): { prefix: string; rest: string } {
  for (const prefix of [RETRY_TOPIC_PREFIX, DLQ_TOPIC_PREFIX]) {
    if (resource.startsWith(prefix)) return { prefix, rest: resource.slice(prefix.length) };
  }
  return { prefix: '', rest: resource };
}

function isSystemResource(resource: string): boolean {
  return resource.startsWith(SYSTEM_TOPIC_PREFIX) || resource.startsWith(SYSTEM_GROUP_PREFIX) || resource === SystemTopic.AUTO_CREATE;
}
