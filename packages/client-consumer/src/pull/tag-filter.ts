/**
 * Brokers filter by the hash of a tag; different tags may share one, so the tag itself is compared here.
 *
 * Source: client/impl/consumer/PullAPIWrapper.java processPullResult (4.6.0)
 */
import { type Message, PropertyName, type SubscriptionData } from '@rocketmq-ts/remoting-protocol';

export function matchesTags(message: Pick<Message, 'properties'>, subscription: SubscriptionData): boolean {
  if (subscription.tagsSet.size === 0 || subscription.classFilterMode) return true;
  const tags = message.properties.get(PropertyName.TAGS);
  return tags !== undefined && subscription.tagsSet.has(tags);
}
