/**
 * DELETE_TOPIC_IN_NAMESRV (216). Forgets the routes of a topic.
 *
 * request header  | DeleteTopicInNamesrvRequestHeader
 *
 * Source: common/protocol/header/namesrv/DeleteTopicInNamesrvRequestHeader.java (4.6.0)
 */
import { RequestCode } from '../../codes/request-code.ts';
import { defineApi } from '../define-api.ts';
import { defineHeader, type HeaderOf, required } from '../define-header.ts';

export const DeleteTopicInNamesrvRequestHeader = defineHeader('DeleteTopicInNamesrvRequestHeader', {
  topic: required.string,
});
export type DeleteTopicInNamesrvRequestHeader = HeaderOf<typeof DeleteTopicInNamesrvRequestHeader>;

export const deleteTopicInNamesrv = defineApi({
  code: RequestCode.DELETE_TOPIC_IN_NAMESRV,
  request: DeleteTopicInNamesrvRequestHeader,
});
