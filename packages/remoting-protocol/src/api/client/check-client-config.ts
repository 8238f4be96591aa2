/**
 * CHECK_CLIENT_CONFIG (46). Asks whether the broker can filter by this expression. TAG is always fine; 1 when property
 * filters are off, 23 when the expression does not compile.
 *
 * request body    | CheckClientRequestBody
 *
 * Source: common/protocol/RequestCode.java (4.6.0)
 */
import { RequestCode } from '../../codes/request-code.ts';
import { defineApi } from '../define-api.ts';

export const checkClientConfig = defineApi({
  code: RequestCode.CHECK_CLIENT_CONFIG,
  requestBody: 'CheckClientRequestBody',
});
