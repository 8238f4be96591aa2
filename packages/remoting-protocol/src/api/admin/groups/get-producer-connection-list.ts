/**
 * GET_PRODUCER_CONNECTION_LIST (204). Who is online in a producer group. Nobody: 1.
 *
 * request header  | GetProducerConnectionListRequestHeader
 * response body   | ProducerConnection
 *
 * Source: common/protocol/header/GetProducerConnectionListRequestHeader.java (4.6.0)
 */
import { RequestCode } from '../../../codes/request-code.ts';
import { defineApi } from '../../define-api.ts';
import { defineHeader, type HeaderOf, required } from '../../define-header.ts';

export const GetProducerConnectionListRequestHeader = defineHeader('GetProducerConnectionListRequestHeader', {
  producerGroup: required.string,
});
export type GetProducerConnectionListRequestHeader = HeaderOf<typeof GetProducerConnectionListRequestHeader>;

export const getProducerConnectionList = defineApi({
  code: RequestCode.GET_PRODUCER_CONNECTION_LIST,
  request: GetProducerConnectionListRequestHeader,
  responseBody: 'ProducerConnection',
});
