/**
 * CONSUME_MESSAGE_DIRECTLY (309). Has one client consume one message now; relayed as GET_CONSUMER_RUNNING_INFO, the
 * broker fills in brokerName and the body.
 *
 * request header  | ConsumeMessageDirectlyResultRequestHeader
 * request body    | from broker to client: one stored record
 * response body   | ConsumeMessageDirectlyResult
 *
 * Source: common/protocol/header/ConsumeMessageDirectlyResultRequestHeader.java (4.6.0)
 */
import { RequestCode } from '../../../codes/request-code.ts';
import { defineApi } from '../../define-api.ts';
import { defineHeader, type HeaderOf, optional, required } from '../../define-header.ts';

export const ConsumeMessageDirectlyResultRequestHeader = defineHeader('ConsumeMessageDirectlyResultRequestHeader', {
  consumerGroup: required.string,
  clientId: optional.string,
  msgId: optional.string,
  brokerName: optional.string,
});
export type ConsumeMessageDirectlyResultRequestHeader = HeaderOf<typeof ConsumeMessageDirectlyResultRequestHeader>;

export const consumeMessageDirectly = defineApi({
  code: RequestCode.CONSUME_MESSAGE_DIRECTLY,
  request: ConsumeMessageDirectlyResultRequestHeader,
  requestBody: 'from broker to client: one stored record',
  responseBody: 'ConsumeMessageDirectlyResult',
});
