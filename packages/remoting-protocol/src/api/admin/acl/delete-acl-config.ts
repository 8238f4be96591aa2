/**
 * DELETE_ACL_CONFIG (51). Removes an account. Refused: 210.
 *
 * request header  | DeleteAccessConfigRequestHeader
 *
 * Source: common/protocol/header/DeleteAccessConfigRequestHeader.java (4.6.0)
 */
import { RequestCode } from '../../../codes/request-code.ts';
import { defineApi } from '../../define-api.ts';
import { defineHeader, type HeaderOf, required } from '../../define-header.ts';

export const DeleteAccessConfigRequestHeader = defineHeader('DeleteAccessConfigRequestHeader', {
  accessKey: required.string,
});
export type DeleteAccessConfigRequestHeader = HeaderOf<typeof DeleteAccessConfigRequestHeader>;

export const deleteAclConfig = defineApi({
  code: RequestCode.DELETE_ACL_CONFIG,
  request: DeleteAccessConfigRequestHeader,
});
