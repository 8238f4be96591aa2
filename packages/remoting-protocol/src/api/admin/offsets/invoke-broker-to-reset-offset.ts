/**
 * INVOKE_BROKER_TO_RESET_OFFSET (222). Moves the online members of a group to a time; timestamp −1 is the end. Nobody
 * online: 206.
 *
 * request header  | ResetOffsetRequestHeader (see reset-consumer-client-offset.ts)
 * response body   | ResetOffsetBody
 *
 * Source: common/protocol/RequestCode.java (4.6.0)
 */
import { RequestCode } from '../../../codes/request-code.ts';
import { defineApi } from '../../define-api.ts';
import { ResetOffsetRequestHeader } from '../../client/reset-consumer-client-offset.ts';

export const invokeBrokerToResetOffset = defineApi({
  code: RequestCode.INVOKE_BROKER_TO_RESET_OFFSET,
  request: ResetOffsetRequestHeader,
  responseBody: 'ResetOffsetBody',
});
