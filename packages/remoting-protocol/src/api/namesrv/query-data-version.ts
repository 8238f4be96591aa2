/**
 * QUERY_DATA_VERSION (322). Broker to name server: is my registration still what you know?
 *
 * request header  | QueryDataVersionRequestHeader
 * request body    | DataVersion
 * response header | QueryDataVersionResponseHeader
 * response body   | DataVersion, when the name server has one
 *
 * Source: common/protocol/header/namesrv/QueryDataVersionRequestHeader.java, common/protocol/header/namesrv/QueryDataVersionResponseHeader.java (4.6.0)
 */
import { RequestCode } from '../../codes/request-code.ts';
import { defineApi } from '../define-api.ts';
import { defineHeader, type HeaderOf, required } from '../define-header.ts';

export const QueryDataVersionRequestHeader = defineHeader('QueryDataVersionRequestHeader', {
  brokerName: required.string,
  brokerAddr: required.string,
  clusterName: required.string,
  brokerId: required.long,
});
export type QueryDataVersionRequestHeader = HeaderOf<typeof QueryDataVersionRequestHeader>;

export const QueryDataVersionResponseHeader = defineHeader('QueryDataVersionResponseHeader', {
  changed: required.boolean,
});
export type QueryDataVersionResponseHeader = HeaderOf<typeof QueryDataVersionResponseHeader>;

export const queryDataVersion = defineApi({
  code: RequestCode.QUERY_DATA_VERSION,
  request: QueryDataVersionRequestHeader,
  response: QueryDataVersionResponseHeader,
  requestBody: 'DataVersion',
  responseBody: 'DataVersion, when the name server has one',
});
