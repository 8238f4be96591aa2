/**
 * GET_KVLIST_BY_NAMESPACE (219). All values of a namespace. None: 22.
 *
 * request header  | GetKVListByNamespaceRequestHeader
 * response body   | KVTable
 *
 * Source: common/protocol/header/namesrv/GetKVListByNamespaceRequestHeader.java (4.6.0)
 */
import { RequestCode } from '../../codes/request-code.ts';
import { defineApi } from '../define-api.ts';
import { defineHeader, type HeaderOf, required } from '../define-header.ts';

export const GetKVListByNamespaceRequestHeader = defineHeader('GetKVListByNamespaceRequestHeader', {
  namespace: required.string,
});
export type GetKVListByNamespaceRequestHeader = HeaderOf<typeof GetKVListByNamespaceRequestHeader>;

export const getKvlistByNamespace = defineApi({
  code: RequestCode.GET_KVLIST_BY_NAMESPACE,
  request: GetKVListByNamespaceRequestHeader,
  responseBody: 'KVTable',
});
