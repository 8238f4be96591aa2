/**
 * GET_BROKER_CONSUME_STATS (317). Progress and lag of every group of a broker.
 *
 * request header  | GetConsumeStatsInBrokerHeader
 * response body   | ConsumeStatsList
 *
 * Source: common/protocol/header/GetConsumeStatsInBrokerHeader.java (4.6.0)
 */
import { RequestCode } from '../../../codes/request-code.ts';
import { defineApi } from '../../define-api.ts';
import { defineHeader, type HeaderOf, required } from '../../define-header.ts';

export const GetConsumeStatsInBrokerHeader = defineHeader('GetConsumeStatsInBrokerHeader', {
  isOrder: required.boolean,
});
export type GetConsumeStatsInBrokerHeader = HeaderOf<typeof GetConsumeStatsInBrokerHeader>;

export const getBrokerConsumeStats = defineApi({
  code: RequestCode.GET_BROKER_CONSUME_STATS,
  request: GetConsumeStatsInBrokerHeader,
  responseBody: 'ConsumeStatsList',
});
