/**
 * INVOKE_BROKER_TO_GET_CONSUMER_STATUS (223). Asks every member of a group for its offsets. clientAddr, when given, is a
 * client id.
 *
 * request header  | GetConsumerStatusRequestHeader (see get-consumer-status-from-client.ts)
 * response body   | GetConsumerStatusBody
 *
 * Source: common/protocol/RequestCode.java (4.6.0)
 */
import { RequestCode } from '../../../codes/request-code.ts';
import { defineApi } from '../../define-api.ts';
import { GetConsumerStatusRequestHeader } from '../../client/get-consumer-status-from-client.ts';

export const invokeBrokerToGetConsumerStatus = defineApi({
  code: RequestCode.INVOKE_BROKER_TO_GET_CONSUMER_STATUS,
  request: GetConsumerStatusRequestHeader,
  responseBody: 'GetConsumerStatusBody',
});
