/**
 * Names of topics and groups: which are allowed, which are reserved, which are made from others.
 *
 * Source: common/MixAll.java, client/Validators.java, store/schedule/ScheduleMessageService.java (4.6.0)
 */

export const SystemTopic = {
  /** Its settings are what new topics are made from. */
  AUTO_CREATE: 'TBW102',
  SELF_TEST: 'SELF_TEST_TOPIC',
  BENCHMARK: 'BenchmarkTest',
  OFFSET_MOVED_EVENT: 'OFFSET_MOVED_EVENT',
  SCHEDULE: 'SCHEDULE_TOPIC_XXXX',
  TRACE: 'RMQ_SYS_TRACE_TOPIC',
  TRANS_HALF: 'RMQ_SYS_TRANS_HALF_TOPIC',
  TRANS_OP_HALF: 'RMQ_SYS_TRANS_OP_HALF_TOPIC',
  TRANS_CHECK_MAX_TIME: 'TRANS_CHECK_MAX_TIME_TOPIC',
} as const;

export const SystemGroup = {
  DEFAULT_PRODUCER: 'DEFAULT_PRODUCER',
  DEFAULT_CONSUMER: 'DEFAULT_CONSUMER',
  TOOLS_CONSUMER: 'TOOLS_CONSUMER',
  FILTERSRV_CONSUMER: 'FILTERSRV_CONSUMER',
  MONITOR_CONSUMER: '__MONITOR_CONSUMER',
  CLIENT_INNER_PRODUCER: 'CLIENT_INNER_PRODUCER',
  SELF_TEST_PRODUCER: 'SELF_TEST_P_GROUP',
  SELF_TEST_CONSUMER: 'SELF_TEST_C_GROUP',
  ONS_HTTP_PROXY: 'CID_ONS-HTTP-PROXY',
  ONSAPI_PERMISSION: 'CID_ONSAPI_PERMISSION',
  ONSAPI_OWNER: 'CID_ONSAPI_OWNER',
  ONSAPI_PULL: 'CID_ONSAPI_PULL',
  TRANSACTION: 'CID_RMQ_SYS_TRANS',
} as const;

export const RETRY_TOPIC_PREFIX = '%RETRY%';
export const DLQ_TOPIC_PREFIX = '%DLQ%';
export const SYSTEM_TOPIC_PREFIX = 'rmq_sys_';
export const SYSTEM_GROUP_PREFIX = 'CID_RMQ_SYS_';

export function retryTopicOf(consumerGroup: string): string {
  return RETRY_TOPIC_PREFIX + consumerGroup;
}

export function dlqTopicOf(consumerGroup: string): string {
  return DLQ_TOPIC_PREFIX + consumerGroup;
}

/** Where consumers of a cluster send answers to request messages. */
export function replyTopicOf(clusterName: string): string {
  return `${clusterName}_REPLY_TOPIC`;
}

export function isRetryTopic(topic: string): boolean {
  return topic.startsWith(RETRY_TOPIC_PREFIX);
}

export function isDlqTopic(topic: string): boolean {
  return topic.startsWith(DLQ_TOPIC_PREFIX);
}

/** A record keeps the topic's length in one signed byte. */
export const TOPIC_LENGTH_MAX = 127;
/** What Java's clients allow for topics and groups. */
export const NAME_LENGTH_MAX = 255;

const NAME_PATTERN = '^[%|a-zA-Z0-9_-]+$';
const allowed = new RegExp(NAME_PATTERN);

/**
 * What is wrong with a topic name, in Java's words; undefined when nothing is. Brokers take names up to 127, which is the
 * default; Java's clients let 255 pass and leave the rest to the broker.
 */
export function validateTopicName(name: string, lengthMax: number = TOPIC_LENGTH_MAX): string | undefined {
  if (name.trim() === '') return 'The specified topic is blank';
  if (!allowed.test(name)) return `The specified topic[${name}] contains illegal characters, allowing only ${NAME_PATTERN}`;
  if (name.length > lengthMax) return `The specified topic is longer than topic max length ${lengthMax}.`;
  return undefined;
}

/** What is wrong with the name of a group; undefined when nothing is. */
export function validateGroupName(name: string, lengthMax: number = NAME_LENGTH_MAX): string | undefined {
  if (name.trim() === '') return 'the specified group is blank';
  if (name.length > lengthMax) return `the specified group is longer than group max length ${lengthMax}.`;
  if (!allowed.test(name)) return `the specified group[${name}] contains illegal characters, allowing only ${NAME_PATTERN}`;
  return undefined;
}
