/**
 * CONSUMER_SEND_MSG_BACK (36). A consumer gives a message back for a later try. offset is the physical offset of the
 * record; delayLevel 0 lets the broker choose, negative means the dead-letter queue.
 *
 * request header  | ConsumerSendMsgBackRequestHeader
 *
 * Source: common/protocol/header/ConsumerSendMsgBackRequestHeader.java (4.6.0)
 */
import { RequestCode } from '../../codes/request-code.ts';
import { defineApi } from '../define-api.ts';
import { boolean, defineHeader, type HeaderOf, optional, required } from '../define-header.ts';

export const ConsumerSendMsgBackRequestHeader = defineHeader('ConsumerSendMsgBackRequestHeader', {
  offset: required.long,
  group: required.string,
  delayLevel: required.int,
  originMsgId: optional.string,
  originTopic: optional.string,
  unitMode: boolean(false),
  maxReconsumeTimes: optional.int,
});
export type ConsumerSendMsgBackRequestHeader = HeaderOf<typeof ConsumerSendMsgBackRequestHeader>;

export const consumerSendMsgBack = defineApi({
  code: RequestCode.CONSUMER_SEND_MSG_BACK,
  request: ConsumerSendMsgBackRequestHeader,
});
