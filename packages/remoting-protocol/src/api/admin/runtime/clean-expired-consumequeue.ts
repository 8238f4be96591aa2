/**
 * CLEAN_EXPIRED_CONSUMEQUEUE (306). Removes consume queue files that lie before the log's start.
 *
 * no headers, no bodies
 *
 * Source: common/protocol/RequestCode.java (4.6.0)
 */
import { RequestCode } from '../../../codes/request-code.ts';
import { defineApi } from '../../define-api.ts';

export const cleanExpiredConsumequeue = defineApi({
  code: RequestCode.CLEAN_EXPIRED_CONSUMEQUEUE,
});
