/**
 * PUT_KV_CONFIG (100). Sets one value of a namespace.
 *
 * request header  | PutKVConfigRequestHeader
 *
 * Source: common/protocol/header/namesrv/PutKVConfigRequestHeader.java (4.6.0)
 */
import { RequestCode } from '../../codes/request-code.ts';
import { defineApi } from '../define-api.ts';
import { defineHeader, type HeaderOf, required } from '../define-header.ts';

export const PutKVConfigRequestHeader = defineHeader('PutKVConfigRequestHeader', {
  namespace: required.string,
  key: required.string,
  value: required.string,
});
export type PutKVConfigRequestHeader = HeaderOf<typeof PutKVConfigRequestHeader>;

export const putKvConfig = defineApi({
  code: RequestCode.PUT_KV_CONFIG,
  request: PutKVConfigRequestHeader,
});
