/**
 * GET_UNIT_TOPIC_LIST (311). Topics with the unit flag.
 *
 * response body   | TopicList
 *
 * Source: common/protocol/RequestCode.java (4.6.0)
 */
import { RequestCode } from '../../codes/request-code.ts';
import { defineApi } from '../define-api.ts';

export const getUnitTopicList = defineApi({
  code: RequestCode.GET_UNIT_TOPIC_LIST,
  responseBody: 'TopicList',
});
