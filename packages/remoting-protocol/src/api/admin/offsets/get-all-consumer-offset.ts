/**
 * GET_ALL_CONSUMER_OFFSET (43). All stored progress; slaves copy it so.
 *
 * response body   | ConsumerOffsetSerializeWrapper
 *
 * Source: common/protocol/RequestCode.java (4.6.0)
 */
import { RequestCode } from '../../../codes/request-code.ts';
import { defineApi } from '../../define-api.ts';

export const getAllConsumerOffset = defineApi({
  code: RequestCode.GET_ALL_CONSUMER_OFFSET,
  responseBody: 'ConsumerOffsetSerializeWrapper',
});
