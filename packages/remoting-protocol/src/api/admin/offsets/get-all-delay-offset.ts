/**
 * GET_ALL_DELAY_OFFSET (45). Progress of the delay levels; slaves copy it so.
 *
 * response body   | DelayOffsetSerializeWrapper (pretty text of delayOffset.json)
 *
 * Source: common/protocol/RequestCode.java (4.6.0)
 */
import { RequestCode } from '../../../codes/request-code.ts';
import { defineApi } from '../../define-api.ts';

export const getAllDelayOffset = defineApi({
  code: RequestCode.GET_ALL_DELAY_OFFSET,
  responseBody: 'DelayOffsetSerializeWrapper (pretty text of delayOffset.json)',
});
