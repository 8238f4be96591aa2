/**
 * SEND_BATCH_MESSAGE (320). Several messages of one topic in one request; header as SEND_MESSAGE_V2 with batch = true.
 *
 * request header  | SendMessageRequestHeaderV2 (see send-message-v2.ts)
 * request body    | batch encoding (message/batch-codec.ts)
 * response header | SendMessageResponseHeader (see send-message.ts)
 *
 * Source: common/protocol/RequestCode.java (4.6.0)
 */
import { RequestCode } from '../../codes/request-code.ts';
import { defineApi } from '../define-api.ts';
import { SendMessageRequestHeaderV2 } from './send-message-v2.ts';
import { SendMessageResponseHeader } from './send-message.ts';

export const sendBatchMessage = defineApi({
  code: RequestCode.SEND_BATCH_MESSAGE,
  request: SendMessageRequestHeaderV2,
  response: SendMessageResponseHeader,
  requestBody: 'batch encoding (message/batch-codec.ts)',
});
