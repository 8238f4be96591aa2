/**
 * GET_KV_CONFIG (101). One value of a namespace. None: 22.
 *
 * request header  | GetKVConfigRequestHeader
 * response header | GetKVConfigResponseHeader
 *
 * Source: common/protocol/header/namesrv/GetKVConfigRequestHeader.java, common/protocol/header/namesrv/GetKVConfigResponseHeader.java (4.6.0)
 */
import { RequestCode } from '../../codes/request-code.ts';
import { defineApi } from '../define-api.ts';
import { defineHeader, type HeaderOf, optional, required } from '../define-header.ts';

export const GetKVConfigRequestHeader = defineHeader('GetKVConfigRequestHeader', {
  namespace: required.string,
  key: required.string,
});
export type GetKVConfigRequestHeader = HeaderOf<typeof GetKVConfigRequestHeader>;

export const GetKVConfigResponseHeader = defineHeader('GetKVConfigResponseHeader', {
  value: optional.string,
});
export type GetKVConfigResponseHeader = HeaderOf<typeof GetKVConfigResponseHeader>;

export const getKvConfig = defineApi({
  code: RequestCode.GET_KV_CONFIG,
  request: GetKVConfigRequestHeader,
  response: GetKVConfigResponseHeader,
});
