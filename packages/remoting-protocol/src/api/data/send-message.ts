/**
 * SEND_MESSAGE (10). Client to broker, sync, async or oneway. The answer may also carry the raw fields MSG_REGION and
 * TRACE_ON. Codes 10, 11 and 12 still mean that the message is stored. A batch answers comma-joined message ids and the
 * first queue offset.
 *
 * request header  | SendMessageRequestHeader
 * request body    | message body (zlib when sysFlag has COMPRESSED)
 * response header | SendMessageResponseHeader
 *
 * Source: common/protocol/header/SendMessageRequestHeader.java, common/protocol/header/SendMessageResponseHeader.java (4.6.0)
 */
import { RequestCode } from '../../codes/request-code.ts';
import { defineApi } from '../define-api.ts';
import { boolean, defineHeader, type HeaderOf, optional, required } from '../define-header.ts';

export const SendMessageRequestHeader = defineHeader('SendMessageRequestHeader', {
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
  batch: boolean(false),
  maxReconsumeTimes: optional.int,
});
export type SendMessageRequestHeader = HeaderOf<typeof SendMessageRequestHeader>;

const responseFields = {
  msgId: required.string,
  queueId: required.int,
  queueOffset: required.long,
  transactionId: optional.string,
};

export const SendMessageResponseHeader = defineHeader('SendMessageResponseHeader', responseFields);
export type SendMessageResponseHeader = HeaderOf<typeof SendMessageResponseHeader>;

/** The whole answer: the header and the raw fields beside it. `traceOn` is a text, since only `false` is false. */
export const SendMessageAnswerHeader = defineHeader('SendMessageResponseHeader', { ...responseFields, regionId: optional.string, traceOn: optional.string }, { regionId: 'MSG_REGION', traceOn: 'TRACE_ON' });
export type SendMessageAnswerHeader = HeaderOf<typeof SendMessageAnswerHeader>;

export const sendMessage = defineApi({
  code: RequestCode.SEND_MESSAGE,
  request: SendMessageRequestHeader,
  response: SendMessageResponseHeader,
  requestBody: 'message body (zlib when sysFlag has COMPRESSED)',
});
