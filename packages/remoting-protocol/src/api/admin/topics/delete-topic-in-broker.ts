/**
 * DELETE_TOPIC_IN_BROKER (215). Forgets a topic; its consume queues go away in the background.
 *
 * request header  | DeleteTopicRequestHeader
 *
 * Source: common/protocol/header/DeleteTopicRequestHeader.java (4.6.0)
 */
import { RequestCode } from '../../../codes/request-code.ts';
import { defineApi } from '../../define-api.ts';
import { defineHeader, type HeaderOf, required } from '../../define-header.ts';

export const DeleteTopicRequestHeader = defineHeader('DeleteTopicRequestHeader', {
  topic: required.string,
});
export type DeleteTopicRequestHeader = HeaderOf<typeof DeleteTopicRequestHeader>;

export const deleteTopicInBroker = defineApi({
  code: RequestCode.DELETE_TOPIC_IN_BROKER,
  request: DeleteTopicRequestHeader,
});
