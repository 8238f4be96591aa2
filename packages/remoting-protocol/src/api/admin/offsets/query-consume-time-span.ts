/**
 * QUERY_CONSUME_TIME_SPAN (303). Times of the first, last and last consumed message of each queue.
 *
 * request header  | QueryConsumeTimeSpanRequestHeader
 * response body   | QueryConsumeTimeSpanBody
 *
 * Source: common/protocol/header/QueryConsumeTimeSpanRequestHeader.java (4.6.0)
 */
import { RequestCode } from '../../../codes/request-code.ts';
import { defineApi } from '../../define-api.ts';
import { defineHeader, type HeaderOf, required } from '../../define-header.ts';

export const QueryConsumeTimeSpanRequestHeader = defineHeader('QueryConsumeTimeSpanRequestHeader', {
  topic: required.string,
  group: required.string,
});
export type QueryConsumeTimeSpanRequestHeader = HeaderOf<typeof QueryConsumeTimeSpanRequestHeader>;

export const queryConsumeTimeSpan = defineApi({
  code: RequestCode.QUERY_CONSUME_TIME_SPAN,
  request: QueryConsumeTimeSpanRequestHeader,
  responseBody: 'QueryConsumeTimeSpanBody',
});
