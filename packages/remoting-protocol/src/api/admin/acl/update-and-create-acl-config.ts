/**
 * UPDATE_AND_CREATE_ACL_CONFIG (50). Creates or changes an account. topicPerms and groupPerms are comma lists. Refused:
 * 209.
 *
 * request header  | CreateAccessConfigRequestHeader
 *
 * Source: common/protocol/header/CreateAccessConfigRequestHeader.java (4.6.0)
 */
import { RequestCode } from '../../../codes/request-code.ts';
import { defineApi } from '../../define-api.ts';
import { boolean, defineHeader, type HeaderOf, optional, required } from '../../define-header.ts';

export const CreateAccessConfigRequestHeader = defineHeader('CreateAccessConfigRequestHeader', {
  accessKey: required.string,
  secretKey: optional.string,
  whiteRemoteAddress: optional.string,
  admin: boolean(false),
  defaultTopicPerm: optional.string,
  defaultGroupPerm: optional.string,
  topicPerms: optional.string,
  groupPerms: optional.string,
});
export type CreateAccessConfigRequestHeader = HeaderOf<typeof CreateAccessConfigRequestHeader>;

export const updateAndCreateAclConfig = defineApi({
  code: RequestCode.UPDATE_AND_CREATE_ACL_CONFIG,
  request: CreateAccessConfigRequestHeader,
});
