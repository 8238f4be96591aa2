/**
 * LOCK_BATCH_MQ (41). An orderly consumer takes queues for itself for 60 s.
 *
 * request body    | LockBatchRequestBody
 * response body   | LockBatchResponseBody
 *
 * Source: common/protocol/RequestCode.java (4.6.0)
 */
import { RequestCode } from '../../codes/request-code.ts';
import { defineApi } from '../define-api.ts';

export const lockBatchMq = defineApi({
  code: RequestCode.LOCK_BATCH_MQ,
  requestBody: 'LockBatchRequestBody',
  responseBody: 'LockBatchResponseBody',
});
