/**
 * GET_SYSTEM_TOPIC_LIST_FROM_NS (304). Names of clusters and brokers, which are topics too, and the address of one
 * broker.
 *
 * response body   | TopicList
 *
 * Source: common/protocol/RequestCode.java (4.6.0)
 */
import { RequestCode } from '../../codes/request-code.ts';
import { defineApi } from '../define-api.ts';

export const getSystemTopicListFromNs = defineApi({
  code: RequestCode.GET_SYSTEM_TOPIC_LIST_FROM_NS,
  responseBody: 'TopicList',
});
