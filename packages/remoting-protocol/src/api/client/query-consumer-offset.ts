/**
 * QUERY_CONSUMER_OFFSET (14). A group's progress in a queue. None stored: 0 while the whole queue is still in memory,
 * else 22.
 *
 * request header  | QueryConsumerOffsetRequestHeader
 * response header | QueryConsumerOffsetResponseHeader
 *
 * Source: common/protocol/header/QueryConsumerOffsetRequestHeader.java, common/protocol/header/QueryConsumerOffsetResponseHeader.java (4.6.0)
 */
import { RequestCode } from '../../codes/request-code.ts';
import { defineApi } from '../define-api.ts';
import { defineHeader, type HeaderOf, required } from '../define-header.ts';

export const QueryConsumerOffsetRequestHeader = defineHeader('QueryConsumerOffsetRequestHeader', {
  consumerGroup: required.string,
  topic: required.string,
  queueId: required.int,
});
export type QueryConsumerOffsetRequestHeader = HeaderOf<typeof QueryConsumerOffsetRequestHeader>;

export const QueryConsumerOffsetResponseHeader = defineHeader('QueryConsumerOffsetResponseHeader', {
  offset: required.long,
});
export type QueryConsumerOffsetResponseHeader = HeaderOf<typeof QueryConsumerOffsetResponseHeader>;

export const queryConsumerOffset = defineApi({
  code: RequestCode.QUERY_CONSUMER_OFFSET,
  request: QueryConsumerOffsetRequestHeader,
  response: QueryConsumerOffsetResponseHeader,
});
