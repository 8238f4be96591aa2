/**
 * Tags and subscriptions by tag.
 *
 * Source: common/filter/FilterAPI.java, store/CommitLog.java tagsString2tagsCode (4.6.0)
 */
import type { SubscriptionData } from '../body/heartbeat.ts';
import { javaHash } from '../bytes/java-hash.ts';
import { ProtocolError } from '../errors.ts';

export const SUBSCRIBE_ALL = '*';

/** What the consume queue keeps of a message's tags: Java's hash, 0 without tags. */
export function tagsCodeOf(tags: string | undefined): number {
  return tags === undefined || tags === '' ? 0 : javaHash(tags);
}

/**
 * A subscription by tag: `*` or nothing is all, else tags separated by `||`.
 *
 * @param subVersion wall time in ms; brokers keep the subscription with the highest
 * @throws ProtocolError SUBSCRIPTION for an expression of separators only
 */
export function subscriptionDataOf(topic: string, expression: string | undefined, subVersion = 0): SubscriptionData {
  const isAll = expression === undefined || expression === '' || expression === SUBSCRIBE_ALL;
  const parts = isAll ? [] : expression.split('||');
  if (!isAll && parts.every((part) => part === '')) throw new ProtocolError('SUBSCRIPTION', `no tag in the expression ${JSON.stringify(expression.slice(0, 80))}`);
  const tags = parts.map(javaTrim).filter((tag) => tag !== '');
  return {
    classFilterMode: false,
    topic,
    subString: isAll ? SUBSCRIBE_ALL : expression,
    tagsSet: new Set(tags),
    codeSet: new Set(tags.map(javaHash)),
    subVersion,
    expressionType: 'TAG',
  };
}

/** Java's `trim` takes every character up to the blank, and no other blanks. */
function javaTrim(text: string): string {
  return text.replace(/^[\u0000-\u0020]+|[\u0000-\u0020]+$/g, '');
}
