/** Messages: how they are stored, sent in batches, named and flagged. */
export { type BatchItem, encodeBatchBody, readBatchBody } from './batch-codec.ts';
export { isReadable, isWriteable, MessageSysFlag, PermName, permText, PullSysFlag, SubscriptionSysFlag, TopicSysFlag, transactionTypeOf } from './flags.ts';
export { formatHostAddress, hostSysFlag, isIpv6Host, parseHostAddress, readHost, writeHost } from './host-address.ts';
export { decodeOffsetMsgId, encodeOffsetMsgId } from './message-id.ts';
export {
  DLQ_TOPIC_PREFIX,
  dlqTopicOf,
  isDlqTopic,
  isRetryTopic,
  NAME_LENGTH_MAX,
  replyTopicOf,
  RETRY_TOPIC_PREFIX,
  retryTopicOf,
  SYSTEM_GROUP_PREFIX,
  SYSTEM_TOPIC_PREFIX,
  SystemGroup,
  SystemTopic,
  TOPIC_LENGTH_MAX,
  validateGroupName,
  validateTopicName,
} from './names.ts';
export { type ByteRange, decodeProperties, encodeProperties, findProperty, NAME_VALUE_SEPARATOR, propertiesText, PROPERTY_SEPARATOR } from './properties-codec.ts';
export { isReservedPropertyName, KEY_SEPARATOR, PropertyName } from './property-names.ts';
export { blankSize, checkRecord, type CheckRecordOptions, type RecordProblem } from './record-check.ts';
export { decodeRecord, decodeRecords, INFLATED_BODY_BYTES_MAX, viewRecord, viewRecords } from './record-decoder.ts';
export {
  BLANK_BYTES,
  BLANK_MAGIC,
  bodyLengthOffset,
  MESSAGE_MAGIC,
  peekRecord,
  RECORD_FIXED_BYTES,
  RECORD_HEAD_BYTES,
  RECORD_PROPERTIES_BYTES_MAX,
  RECORD_TOPIC_BYTES_MAX,
  RecordOffset,
  recordSize,
  storeTimestampOffset,
} from './record-layout.ts';
export { type RecordFields, recordSizeOf, writeRecord } from './record-writer.ts';
export { SUBSCRIBE_ALL, subscriptionDataOf, tagsCodeOf } from './tags.ts';
