/**
 * GET_HAS_UNIT_SUB_TOPIC_LIST (312). Topics with the unit subscription flag.
 *
 * response body   | TopicList
 *
 * Source: common/protocol/RequestCode.java (4.6.0)
 */
import { RequestCode } from '../../codes/request-code.ts';
import { defineApi } from '../define-api.ts';

export const getHasUnitSubTopicList = defineApi({
  code: RequestCode.GET_HAS_UNIT_SUB_TOPIC_LIST,
  responseBody: 'TopicList',
});
