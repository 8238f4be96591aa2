/**
 * PUSH_REPLY_MESSAGE_TO_CLIENT (326). Broker to the producer that waits for a reply, sync 10 s. bornHost and storeHost
 * are `/ip:port` texts.
 *
 * request header  | ReplyMessageRequestHeader
 * request body    | reply body
 *
 * Source: common/protocol/header/ReplyMessageRequestHeader.java (4.6.0)
 */
import { RequestCode } from '../../codes/request-code.ts';
import { defineApi } from '../define-api.ts';
import { boolean, defineHeader, type HeaderOf, optional, required } from '../define-header.ts';

export const ReplyMessageRequestHeader = defineHeader('ReplyMessageRequestHeader', {
  producerGroup: required.string,
  topic: required.string,
  defaultTopic: required.string,
  defaultTopicQueueNums: required.int,
  queueId: required.int,
  sysFlag: required.int,
  bornTimestamp: required.long,
  flag: required.int,
  properties: optional.string,
  reconsumeTimes: optional.int,
  unitMode: boolean(false),
  bornHost: required.string,
  storeHost: required.string,
  storeTimestamp: required.long,
});
export type ReplyMessageRequestHeader = HeaderOf<typeof ReplyMessageRequestHeader>;

export const pushReplyMessageToClient = defineApi({
  code: RequestCode.PUSH_REPLY_MESSAGE_TO_CLIENT,
  request: ReplyMessageRequestHeader,
  requestBody: 'reply body',
});
