/**
 * GET_ALL_TOPIC_LIST_FROM_NAMESERVER (206). All topic names.
 *
 * response body   | TopicList
 *
 * Source: common/protocol/RequestCode.java (4.6.0)
 */
import { RequestCode } from '../../codes/request-code.ts';
import { defineApi } from '../define-api.ts';

export const getAllTopicListFromNameserver = defineApi({
  code: RequestCode.GET_ALL_TOPIC_LIST_FROM_NAMESERVER,
  responseBody: 'TopicList',
});
