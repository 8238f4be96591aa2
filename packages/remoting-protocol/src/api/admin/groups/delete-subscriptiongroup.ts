/**
 * DELETE_SUBSCRIPTIONGROUP (207). Forgets a consumer group.
 *
 * request header  | DeleteSubscriptionGroupRequestHeader
 *
 * Source: common/protocol/header/DeleteSubscriptionGroupRequestHeader.java (4.6.0)
 */
import { RequestCode } from '../../../codes/request-code.ts';
import { defineApi } from '../../define-api.ts';
import { defineHeader, type HeaderOf, required } from '../../define-header.ts';

export const DeleteSubscriptionGroupRequestHeader = defineHeader('DeleteSubscriptionGroupRequestHeader', {
  groupName: required.string,
});
export type DeleteSubscriptionGroupRequestHeader = HeaderOf<typeof DeleteSubscriptionGroupRequestHeader>;

export const deleteSubscriptiongroup = defineApi({
  code: RequestCode.DELETE_SUBSCRIPTIONGROUP,
  request: DeleteSubscriptionGroupRequestHeader,
});
