/**
 * SEND_REPLY_MESSAGE_V2 (325). SEND_REPLY_MESSAGE with one-letter keys.
 *
 * request header  | SendMessageRequestHeaderV2 (see send-message-v2.ts)
 * request body    | reply body
 * response header | SendMessageResponseHeader (see send-message.ts)
 *
 * Source: common/protocol/RequestCode.java (4.6.0)
 */
import { RequestCode } from '../../codes/request-code.ts';
import { defineApi } from '../define-api.ts';
import { SendMessageRequestHeaderV2 } from './send-message-v2.ts';
import { SendMessageResponseHeader } from './send-message.ts';

export const sendReplyMessageV2 = defineApi({
  code: RequestCode.SEND_REPLY_MESSAGE_V2,
  request: SendMessageRequestHeaderV2,
  response: SendMessageResponseHeader,
  requestBody: 'reply body',
});
