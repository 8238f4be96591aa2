/**
 * UNLOCK_BATCH_MQ (42). Gives locked queues back; oneway or sync.
 *
 * request body    | UnlockBatchRequestBody
 *
 * Source: common/protocol/RequestCode.java (4.6.0)
 */
import { RequestCode } from '../../codes/request-code.ts';
import { defineApi } from '../define-api.ts';

export const unlockBatchMq = defineApi({
  code: RequestCode.UNLOCK_BATCH_MQ,
  requestBody: 'UnlockBatchRequestBody',
});
