import type { SubscriptionData } from '@rocketmq-ts/remoting-protocol';
import type { TagsFilter } from '@rocketmq-ts/store';

const filters = new WeakMap<SubscriptionData, TagsFilter>();

/** Java's ExpressionType.isTagType: an absent type is TAG. */
export function isTagType(expressionType: string | undefined): boolean {
  return expressionType === undefined || expressionType === '' || expressionType === 'TAG';
}

/**
 * Decides by the 32-bit hash of the tag alone; two tags of one hash are told apart by the client. Undefined: every
 * message matches. Made once per subscription, not per pull.
 *
 * Source: broker/filter/ExpressionMessageFilter.java isMatchedByConsumeQueue (4.6.0)
 */
export function tagsFilterOf(subscription: SubscriptionData): TagsFilter | undefined {
  if (subscription.classFilterMode || subscription.subString === '*') return undefined;
  let filter = filters.get(subscription);
  if (filter === undefined) {
    filter = filterOf(subscription.codeSet);
    filters.set(subscription, filter);
  }
  return filter;
}

function filterOf(codes: ReadonlySet<number>): TagsFilter {
  if (codes.size === 1) {
    const [code] = codes;
    return (tagsCode) => (tagsCode | 0) === code;
  }
  return (tagsCode) => codes.has(tagsCode | 0);
}
