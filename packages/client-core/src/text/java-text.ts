/**
 * Texts that Java's client prints, letter by letter: scripts and people compare them.
 *
 * Source: common/message/{MessageExt,Message,MessageQueue}.java toString, java.util.HashMap's iteration order
 */
import { javaHash, type HostAddress, type MessageExt, type MessageQueue } from '@rocketmq-ts/remoting-protocol';

export function formatMessageQueue(mq: MessageQueue): string {
  return `MessageQueue [topic=${mq.topic}, brokerName=${mq.brokerName}, queueId=${mq.queueId}]`;
}

/** Java prints the offset message id here, although `getMsgId()` answers with UNIQ_KEY. */
export function formatMessageExt(message: MessageExt): string {
  return (
    `MessageExt [queueId=${message.queueId}, storeSize=${message.storeSize}, queueOffset=${message.queueOffset}, sysFlag=${message.sysFlag}, ` +
    `bornTimestamp=${message.bornTimestamp}, bornHost=${formatSocketAddress(message.bornHost)}, storeTimestamp=${message.storeTimestamp}, ` +
    `storeHost=${formatSocketAddress(message.storeHost)}, msgId=${message.offsetMsgId}, commitLogOffset=${message.commitLogOffset}, ` +
    `bodyCRC=${message.bodyCRC}, reconsumeTimes=${message.reconsumeTimes}, preparedTransactionOffset=${message.preparedTransactionOffset}, ` +
    `toString()=Message{topic='${message.topic}', flag=${message.flag}, properties=${formatJavaMap(message.properties)}, ` +
    `body=${formatBytes(message.body)}, transactionId='null'}]`
  );
}

/** `{k=v, …}` in the order of a HashMap that was filled in the order of `entries`. */
export function formatJavaMap(entries: ReadonlyMap<string, string>): string {
  return `{${hashMapOrder(entries)
    .map(([key, value]) => `${key}=${value}`)
    .join(', ')}}`;
}

/** A HashMap starts with 16 buckets and doubles when it is more than three quarters full; a bucket keeps insertion order. */
function hashMapOrder(entries: ReadonlyMap<string, string>): [string, string][] {
  let capacity = 16;
  while (entries.size > capacity * 0.75) capacity *= 2;
  const bucketOf = (key: string): number => {
    const hash = javaHash(key);
    return (hash ^ (hash >>> 16)) & (capacity - 1);
  };
  return [...entries]
    .map(([key, value]) => ({ key, value, bucket: bucketOf(key) }))
    .sort((a, b) => a.bucket - b.bucket)
    .map(({ key, value }) => [key, value]);
}

function formatBytes(body: Uint8Array): string {
  let text = '[';
  for (let i = 0; i < body.length; i += 1) text += (i === 0 ? '' : ', ') + String((body[i]! << 24) >> 24);
  return `${text}]`;
}

function formatSocketAddress(host: HostAddress): string {
  return host.ip.includes(':') ? `/[${host.ip}]:${host.port}` : `/${host.ip}:${host.port}`;
}
