/**
 * CLONE_GROUP_OFFSET (314). Copies a group's progress to another group; no topic means all.
 *
 * request header  | CloneGroupOffsetRequestHeader
 *
 * Source: common/protocol/header/CloneGroupOffsetRequestHeader.java (4.6.0)
 */
import { RequestCode } from '../../../codes/request-code.ts';
import { defineApi } from '../../define-api.ts';
import { boolean, defineHeader, type HeaderOf, optional, required } from '../../define-header.ts';

export const CloneGroupOffsetRequestHeader = defineHeader('CloneGroupOffsetRequestHeader', {
  srcGroup: required.string,
  destGroup: required.string,
  topic: optional.string,
  offline: boolean(false),
});
export type CloneGroupOffsetRequestHeader = HeaderOf<typeof CloneGroupOffsetRequestHeader>;

export const cloneGroupOffset = defineApi({
  code: RequestCode.CLONE_GROUP_OFFSET,
  request: CloneGroupOffsetRequestHeader,
});
