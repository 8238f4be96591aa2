/**
 * GET_CONSUMER_LIST_BY_GROUP (38). Client ids of a group, for rebalancing. Nobody online: 1.
 *
 * request header  | GetConsumerListByGroupRequestHeader
 * response header | GetConsumerListByGroupResponseHeader
 * response body   | ConsumerIdList
 *
 * Source: common/protocol/header/GetConsumerListByGroupRequestHeader.java, common/protocol/header/GetConsumerListByGroupResponseHeader.java (4.6.0)
 */
import { RequestCode } from '../../codes/request-code.ts';
import { defineApi } from '../define-api.ts';
import { defineHeader, type HeaderOf, required } from '../define-header.ts';

export const GetConsumerListByGroupRequestHeader = defineHeader('GetConsumerListByGroupRequestHeader', {
  consumerGroup: required.string,
});
export type GetConsumerListByGroupRequestHeader = HeaderOf<typeof GetConsumerListByGroupRequestHeader>;

export const GetConsumerListByGroupResponseHeader = defineHeader('GetConsumerListByGroupResponseHeader', {});
export type GetConsumerListByGroupResponseHeader = HeaderOf<typeof GetConsumerListByGroupResponseHeader>;

export const getConsumerListByGroup = defineApi({
  code: RequestCode.GET_CONSUMER_LIST_BY_GROUP,
  request: GetConsumerListByGroupRequestHeader,
  response: GetConsumerListByGroupResponseHeader,
  responseBody: 'ConsumerIdList',
});
