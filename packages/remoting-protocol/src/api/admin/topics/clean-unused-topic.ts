/**
 * CLEAN_UNUSED_TOPIC (316). Drops the consume queues of topics that are not in the topic table.
 *
 * no headers, no bodies
 *
 * Source: common/protocol/RequestCode.java (4.6.0)
 */
import { RequestCode } from '../../../codes/request-code.ts';
import { defineApi } from '../../define-api.ts';

export const cleanUnusedTopic = defineApi({
  code: RequestCode.CLEAN_UNUSED_TOPIC,
});
