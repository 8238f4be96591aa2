/**
 * Checks of topic and group names as options and messages carry them: the rules are the protocol's, the errors ours.
 *
 * Source: client/Validators.java (4.6.0)
 */
import { SystemTopic, validateGroupName, validateTopicName } from '@rocketmq-ts/remoting-protocol';
import { MQClientError } from './errors.ts';

/** brokerId of a broker that takes writes. */
export const MASTER_ID = 0;

/** @throws MQClientError RMQ_OPTION */
export function checkGroup(group: unknown, option: string, forbidden: string): asserts group is string {
  const problem =
    typeof group !== 'string'
      ? `a string is needed, not ${describeValue(group)}`
      : (validateGroupName(group) ?? (group === forbidden ? `${option} can not equal ${forbidden}, please specify another one.` : undefined));
  if (problem !== undefined) throw new MQClientError('RMQ_OPTION', `${option}: ${problem}`);
}

/**
 * Java differs: its client lets 128..255 characters pass, which every broker then refuses.
 * @throws MQClientError RMQ_MESSAGE_ILLEGAL
 */
export function checkTopic(topic: unknown): asserts topic is string {
  if (typeof topic === 'string' && topic === lastGoodTopic) return;
  const problem =
    typeof topic !== 'string'
      ? `The topic must be a string, not ${describeValue(topic)}`
      : (validateTopicName(topic) ??
        (topic === SystemTopic.AUTO_CREATE ? `The topic[${topic}] is conflict with AUTO_CREATE_TOPIC_KEY_TOPIC.` : undefined));
  if (problem !== undefined) throw new MQClientError('RMQ_MESSAGE_ILLEGAL', problem);
  lastGoodTopic = topic as string;
}

/** Messages come in runs of one topic; each of a batch is checked. */
let lastGoodTopic: string | undefined;

/** A value in a few words for an error message; long texts are cut. */
export function describeValue(value: unknown): string {
  if (value === undefined) return 'undefined';
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'bigint') return `${value}n`;
  const text = shown(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

function shown(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return 'an object that refers to itself';
  }
}
