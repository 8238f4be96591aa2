/**
 * GET_CONSUME_STATS (208). A group's progress and lag in each queue of one topic, or of all its topics.
 *
 * request header  | GetConsumeStatsRequestHeader
 * response body   | ConsumeStats
 *
 * Source: common/protocol/header/GetConsumeStatsRequestHeader.java (4.6.0)
 */
import { RequestCode } from '../../../codes/request-code.ts';
import { defineApi } from '../../define-api.ts';
import { defineHeader, type HeaderOf, optional, required } from '../../define-header.ts';

export const GetConsumeStatsRequestHeader = defineHeader('GetConsumeStatsRequestHeader', {
  consumerGroup: required.string,
  topic: optional.string,
});
export type GetConsumeStatsRequestHeader = HeaderOf<typeof GetConsumeStatsRequestHeader>;

export const getConsumeStats = defineApi({
  code: RequestCode.GET_CONSUME_STATS,
  request: GetConsumeStatsRequestHeader,
  responseBody: 'ConsumeStats',
});
