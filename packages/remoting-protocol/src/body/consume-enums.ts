/**
 * Enum members that travel by name.
 *
 * Source: common/protocol/heartbeat/ConsumeType.java, MessageModel.java, common/consumer/ConsumeFromWhere.java,
 * common/protocol/body/CMResult.java (4.6.0)
 */
import { oneOf, type Shape } from './shape.ts';

export type ConsumeType = 'CONSUME_ACTIVELY' | 'CONSUME_PASSIVELY';
export const consumeTypeShape: Shape<ConsumeType> = oneOf('CONSUME_PASSIVELY', 'CONSUME_ACTIVELY');

export type MessageModel = 'BROADCASTING' | 'CLUSTERING';
export const messageModelShape: Shape<MessageModel> = oneOf('CLUSTERING', 'BROADCASTING');

/** The last three are out of use and mean CONSUME_FROM_LAST_OFFSET. */
export type ConsumeFromWhere =
  | 'CONSUME_FROM_LAST_OFFSET'
  | 'CONSUME_FROM_FIRST_OFFSET'
  | 'CONSUME_FROM_TIMESTAMP'
  | 'CONSUME_FROM_LAST_OFFSET_AND_FROM_MIN_WHEN_BOOT_FIRST'
  | 'CONSUME_FROM_MIN_OFFSET'
  | 'CONSUME_FROM_MAX_OFFSET';
export const consumeFromWhereShape: Shape<ConsumeFromWhere> = oneOf(
  'CONSUME_FROM_LAST_OFFSET',
  'CONSUME_FROM_FIRST_OFFSET',
  'CONSUME_FROM_TIMESTAMP',
  'CONSUME_FROM_LAST_OFFSET_AND_FROM_MIN_WHEN_BOOT_FIRST',
  'CONSUME_FROM_MIN_OFFSET',
  'CONSUME_FROM_MAX_OFFSET',
);

export type CMResult = 'CR_SUCCESS' | 'CR_LATER' | 'CR_ROLLBACK' | 'CR_COMMIT' | 'CR_THROW_EXCEPTION' | 'CR_RETURN_NULL';
export const cmResultShape: Shape<CMResult> = oneOf('CR_SUCCESS', 'CR_LATER', 'CR_ROLLBACK', 'CR_COMMIT', 'CR_THROW_EXCEPTION', 'CR_RETURN_NULL');
