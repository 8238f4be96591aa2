/**
 * GET_CONSUMER_CONNECTION_LIST (203). Who is online in a consumer group and what it subscribes. Nobody: 206.
 *
 * request header  | GetConsumerConnectionListRequestHeader
 * response body   | ConsumerConnection
 *
 * Source: common/protocol/header/GetConsumerConnectionListRequestHeader.java (4.6.0)
 */
import { RequestCode } from '../../../codes/request-code.ts';
import { defineApi } from '../../define-api.ts';
import { defineHeader, type HeaderOf, required } from '../../define-header.ts';

export const GetConsumerConnectionListRequestHeader = defineHeader('GetConsumerConnectionListRequestHeader', {
  consumerGroup: required.string,
});
export type GetConsumerConnectionListRequestHeader = HeaderOf<typeof GetConsumerConnectionListRequestHeader>;

export const getConsumerConnectionList = defineApi({
  code: RequestCode.GET_CONSUMER_CONNECTION_LIST,
  request: GetConsumerConnectionListRequestHeader,
  responseBody: 'ConsumerConnection',
});
