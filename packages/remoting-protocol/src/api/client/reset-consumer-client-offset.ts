/**
 * RESET_CONSUMER_CLIENT_OFFSET (220). Broker to consumers, oneway: continue from these offsets.
 *
 * request header  | ResetOffsetRequestHeader
 * request body    | ResetOffsetBody, or ResetOffsetBodyForC for CPP clients
 *
 * Source: common/protocol/header/ResetOffsetRequestHeader.java (4.6.0)
 */
import { RequestCode } from '../../codes/request-code.ts';
import { defineApi } from '../define-api.ts';
import { defineHeader, type HeaderOf, required } from '../define-header.ts';

export const ResetOffsetRequestHeader = defineHeader('ResetOffsetRequestHeader', {
  topic: required.string,
  group: required.string,
  timestamp: required.long,
  isForce: required.boolean,
});
export type ResetOffsetRequestHeader = HeaderOf<typeof ResetOffsetRequestHeader>;

export const resetConsumerClientOffset = defineApi({
  code: RequestCode.RESET_CONSUMER_CLIENT_OFFSET,
  request: ResetOffsetRequestHeader,
  requestBody: 'ResetOffsetBody, or ResetOffsetBodyForC for CPP clients',
});
