/**
 * GET_CONSUMER_RUNNING_INFO (307). Relayed by the broker to the client, 10 s. Not online: 1; no answer in time: 207.
 *
 * request header  | GetConsumerRunningInfoRequestHeader
 * response body   | ConsumerRunningInfo
 *
 * Source: common/protocol/header/GetConsumerRunningInfoRequestHeader.java (4.6.0)
 */
import { RequestCode } from '../../../codes/request-code.ts';
import { defineApi } from '../../define-api.ts';
import { boolean, defineHeader, type HeaderOf, required } from '../../define-header.ts';

export const GetConsumerRunningInfoRequestHeader = defineHeader('GetConsumerRunningInfoRequestHeader', {
  consumerGroup: required.string,
  clientId: required.string,
  jstackEnable: boolean(false),
});
export type GetConsumerRunningInfoRequestHeader = HeaderOf<typeof GetConsumerRunningInfoRequestHeader>;

export const getConsumerRunningInfo = defineApi({
  code: RequestCode.GET_CONSUMER_RUNNING_INFO,
  request: GetConsumerRunningInfoRequestHeader,
  responseBody: 'ConsumerRunningInfo',
});
