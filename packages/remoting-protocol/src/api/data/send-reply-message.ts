/**
 * SEND_REPLY_MESSAGE (324). The answer of a consumer to a request message; the broker pushes it to the requester with
 * PUSH_REPLY_MESSAGE_TO_CLIENT.
 *
 * request header  | SendMessageRequestHeader (see send-message.ts)
 * request body    | reply body
 * response header | SendMessageResponseHeader (see send-message.ts)
 *
 * Source: common/protocol/RequestCode.java (4.6.0)
 */
import { RequestCode } from '../../codes/request-code.ts';
import { defineApi } from '../define-api.ts';
import { SendMessageRequestHeader, SendMessageResponseHeader } from './send-message.ts';

export const sendReplyMessage = defineApi({
  code: RequestCode.SEND_REPLY_MESSAGE,
  request: SendMessageRequestHeader,
  response: SendMessageResponseHeader,
  requestBody: 'reply body',
});
