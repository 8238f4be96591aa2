/**
 * GET_BROKER_RUNTIME_INFO (28). Figures of a running broker by name.
 *
 * response body   | KVTable
 *
 * Source: common/protocol/RequestCode.java (4.6.0)
 */
import { RequestCode } from '../../../codes/request-code.ts';
import { defineApi } from '../../define-api.ts';

export const getBrokerRuntimeInfo = defineApi({
  code: RequestCode.GET_BROKER_RUNTIME_INFO,
  responseBody: 'KVTable',
});
