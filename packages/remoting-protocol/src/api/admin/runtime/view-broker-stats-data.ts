/**
 * VIEW_BROKER_STATS_DATA (315). One counter over minute, hour and day. Unknown: 1.
 *
 * request header  | ViewBrokerStatsDataRequestHeader
 * response body   | BrokerStatsData
 *
 * Source: common/protocol/header/ViewBrokerStatsDataRequestHeader.java (4.6.0)
 */
import { RequestCode } from '../../../codes/request-code.ts';
import { defineApi } from '../../define-api.ts';
import { defineHeader, type HeaderOf, required } from '../../define-header.ts';

export const ViewBrokerStatsDataRequestHeader = defineHeader('ViewBrokerStatsDataRequestHeader', {
  statsName: required.string,
  statsKey: required.string,
});
export type ViewBrokerStatsDataRequestHeader = HeaderOf<typeof ViewBrokerStatsDataRequestHeader>;

export const viewBrokerStatsData = defineApi({
  code: RequestCode.VIEW_BROKER_STATS_DATA,
  request: ViewBrokerStatsDataRequestHeader,
  responseBody: 'BrokerStatsData',
});
