/**
 * SEND_MESSAGE_V2 (310). The same request as SEND_MESSAGE with one-letter keys, which is what clients send by default.
 * Decoded and encoded in the shape of SendMessageRequestHeader, so nobody behind this file sees the letters.
 *
 * request header  | SendMessageRequestHeaderV2
 * request body    | message body (zlib when sysFlag has COMPRESSED)
 * response header | SendMessageResponseHeader (see send-message.ts)
 *
 * Source: common/protocol/header/SendMessageRequestHeaderV2.java (4.6.0)
 */
import { RequestCode } from '../../codes/request-code.ts';
import { defineApi } from '../define-api.ts';
import { boolean, defineHeader, optional, required } from '../define-header.ts';
import { SendMessageResponseHeader } from './send-message.ts';

export const SendMessageRequestHeaderV2 = defineHeader(
  'SendMessageRequestHeaderV2',
  {
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
    maxReconsumeTimes: optional.int,
    batch: boolean(false),
  },
  { producerGroup: 'a', topic: 'b', defaultTopic: 'c', defaultTopicQueueNums: 'd', queueId: 'e', sysFlag: 'f', bornTimestamp: 'g', flag: 'h', properties: 'i', reconsumeTimes: 'j', unitMode: 'k', maxReconsumeTimes: 'l', batch: 'm' },
);

export const sendMessageV2 = defineApi({
  code: RequestCode.SEND_MESSAGE_V2,
  request: SendMessageRequestHeaderV2,
  response: SendMessageResponseHeader,
  requestBody: 'message body (zlib when sysFlag has COMPRESSED)',
});
