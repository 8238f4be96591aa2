/**
 * GET_SYSTEM_TOPIC_LIST_FROM_BROKER (305). Topics that the broker makes for itself.
 *
 * response body   | TopicList
 *
 * Source: common/protocol/RequestCode.java (4.6.0)
 */
import { RequestCode } from '../../../codes/request-code.ts';
import { defineApi } from '../../define-api.ts';

export const getSystemTopicListFromBroker = defineApi({
  code: RequestCode.GET_SYSTEM_TOPIC_LIST_FROM_BROKER,
  responseBody: 'TopicList',
});
