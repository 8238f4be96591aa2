/**
 * QUERY_TOPIC_CONSUME_BY_WHO (300). Groups that are online for a topic or have offsets in it.
 *
 * request header  | QueryTopicConsumeByWhoRequestHeader
 * response body   | GroupList
 *
 * Source: common/protocol/header/QueryTopicConsumeByWhoRequestHeader.java (4.6.0)
 */
import { RequestCode } from '../../../codes/request-code.ts';
import { defineApi } from '../../define-api.ts';
import { defineHeader, type HeaderOf, required } from '../../define-header.ts';

export const QueryTopicConsumeByWhoRequestHeader = defineHeader('QueryTopicConsumeByWhoRequestHeader', {
  topic: required.string,
});
export type QueryTopicConsumeByWhoRequestHeader = HeaderOf<typeof QueryTopicConsumeByWhoRequestHeader>;

export const queryTopicConsumeByWho = defineApi({
  code: RequestCode.QUERY_TOPIC_CONSUME_BY_WHO,
  request: QueryTopicConsumeByWhoRequestHeader,
  responseBody: 'GroupList',
});
