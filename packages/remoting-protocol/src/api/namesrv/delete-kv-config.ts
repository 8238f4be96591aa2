/**
 * DELETE_KV_CONFIG (102). Removes one value of a namespace.
 *
 * request header  | DeleteKVConfigRequestHeader
 *
 * Source: common/protocol/header/namesrv/DeleteKVConfigRequestHeader.java (4.6.0)
 */
import { RequestCode } from '../../codes/request-code.ts';
import { defineApi } from '../define-api.ts';
import { defineHeader, type HeaderOf, required } from '../define-header.ts';

export const DeleteKVConfigRequestHeader = defineHeader('DeleteKVConfigRequestHeader', {
  namespace: required.string,
  key: required.string,
});
export type DeleteKVConfigRequestHeader = HeaderOf<typeof DeleteKVConfigRequestHeader>;

export const deleteKvConfig = defineApi({
  code: RequestCode.DELETE_KV_CONFIG,
  request: DeleteKVConfigRequestHeader,
});
