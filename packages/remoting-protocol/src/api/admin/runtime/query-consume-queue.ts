/**
 * QUERY_CONSUME_QUEUE (321). Units of a consume queue, for people. Java encodes the body before it fills it, so its
 * answer is always an empty object's.
 *
 * request header  | QueryConsumeQueueRequestHeader
 * response body   | QueryConsumeQueueResponseBody
 *
 * Source: common/protocol/header/QueryConsumeQueueRequestHeader.java (4.6.0)
 */
import { RequestCode } from '../../../codes/request-code.ts';
import { defineApi } from '../../define-api.ts';
import { defineHeader, type HeaderOf, int, long, optional } from '../../define-header.ts';

export const QueryConsumeQueueRequestHeader = defineHeader('QueryConsumeQueueRequestHeader', {
  topic: optional.string,
  queueId: int(0),
  index: long(0),
  count: int(0),
  consumerGroup: optional.string,
});
export type QueryConsumeQueueRequestHeader = HeaderOf<typeof QueryConsumeQueueRequestHeader>;

export const queryConsumeQueue = defineApi({
  code: RequestCode.QUERY_CONSUME_QUEUE,
  request: QueryConsumeQueueRequestHeader,
  responseBody: 'QueryConsumeQueueResponseBody',
});
