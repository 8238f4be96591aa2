/**
 * GET_CONSUMER_STATUS_FROM_CLIENT (221). Broker to a consumer, sync 5 s: where are you in your queues?
 *
 * request header  | GetConsumerStatusRequestHeader
 * response body   | GetConsumerStatusBody
 *
 * Source: common/protocol/header/GetConsumerStatusRequestHeader.java (4.6.0)
 */
import { RequestCode } from '../../codes/request-code.ts';
import { defineApi } from '../define-api.ts';
import { defineHeader, type HeaderOf, optional, required } from '../define-header.ts';

export const GetConsumerStatusRequestHeader = defineHeader('GetConsumerStatusRequestHeader', {
  topic: required.string,
  group: required.string,
  clientAddr: optional.string,
});
export type GetConsumerStatusRequestHeader = HeaderOf<typeof GetConsumerStatusRequestHeader>;

export const getConsumerStatusFromClient = defineApi({
  code: RequestCode.GET_CONSUMER_STATUS_FROM_CLIENT,
  request: GetConsumerStatusRequestHeader,
  responseBody: 'GetConsumerStatusBody',
});
