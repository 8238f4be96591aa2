/**
 * UNREGISTER_CLIENT (35). A client leaves its groups.
 *
 * request header  | UnregisterClientRequestHeader
 * response header | UnregisterClientResponseHeader
 *
 * Source: common/protocol/header/UnregisterClientRequestHeader.java, common/protocol/header/UnregisterClientResponseHeader.java (4.6.0)
 */
import { RequestCode } from '../../codes/request-code.ts';
import { defineApi } from '../define-api.ts';
import { defineHeader, type HeaderOf, optional, required } from '../define-header.ts';

export const UnregisterClientRequestHeader = defineHeader('UnregisterClientRequestHeader', {
  clientID: required.string,
  producerGroup: optional.string,
  consumerGroup: optional.string,
});
export type UnregisterClientRequestHeader = HeaderOf<typeof UnregisterClientRequestHeader>;

export const UnregisterClientResponseHeader = defineHeader('UnregisterClientResponseHeader', {});
export type UnregisterClientResponseHeader = HeaderOf<typeof UnregisterClientResponseHeader>;

export const unregisterClient = defineApi({
  code: RequestCode.UNREGISTER_CLIENT,
  request: UnregisterClientRequestHeader,
  response: UnregisterClientResponseHeader,
});
