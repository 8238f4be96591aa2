/**
 * GET_TOPIC_STATS_INFO (202). Smallest and largest offset and last write of each queue. Unknown topic: 17.
 *
 * request header  | GetTopicStatsInfoRequestHeader
 * response body   | TopicStatsTable
 *
 * Source: common/protocol/header/GetTopicStatsInfoRequestHeader.java (4.6.0)
 */
import { RequestCode } from '../../../codes/request-code.ts';
import { defineApi } from '../../define-api.ts';
import { defineHeader, type HeaderOf, required } from '../../define-header.ts';

export const GetTopicStatsInfoRequestHeader = defineHeader('GetTopicStatsInfoRequestHeader', {
  topic: required.string,
});
export type GetTopicStatsInfoRequestHeader = HeaderOf<typeof GetTopicStatsInfoRequestHeader>;

export const getTopicStatsInfo = defineApi({
  code: RequestCode.GET_TOPIC_STATS_INFO,
  request: GetTopicStatsInfoRequestHeader,
  responseBody: 'TopicStatsTable',
});
