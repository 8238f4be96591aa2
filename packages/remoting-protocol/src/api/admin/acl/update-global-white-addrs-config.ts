/**
 * UPDATE_GLOBAL_WHITE_ADDRS_CONFIG (53). Replaces the list of addresses that need no account. Refused: 211.
 *
 * request header  | UpdateGlobalWhiteAddrsConfigRequestHeader
 *
 * Source: common/protocol/header/UpdateGlobalWhiteAddrsConfigRequestHeader.java (4.6.0)
 */
import { RequestCode } from '../../../codes/request-code.ts';
import { defineApi } from '../../define-api.ts';
import { defineHeader, type HeaderOf, required } from '../../define-header.ts';

export const UpdateGlobalWhiteAddrsConfigRequestHeader = defineHeader('UpdateGlobalWhiteAddrsConfigRequestHeader', {
  globalWhiteAddrs: required.string,
});
export type UpdateGlobalWhiteAddrsConfigRequestHeader = HeaderOf<typeof UpdateGlobalWhiteAddrsConfigRequestHeader>;

export const updateGlobalWhiteAddrsConfig = defineApi({
  code: RequestCode.UPDATE_GLOBAL_WHITE_ADDRS_CONFIG,
  request: UpdateGlobalWhiteAddrsConfigRequestHeader,
});
