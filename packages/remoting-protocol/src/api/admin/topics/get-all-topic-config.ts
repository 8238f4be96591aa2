/**
 * GET_ALL_TOPIC_CONFIG (21). All topics of a broker with their version; slaves copy them so.
 *
 * response header | GetAllTopicConfigResponseHeader
 * response body   | TopicConfigSerializeWrapper
 *
 * Source: common/protocol/header/GetAllTopicConfigResponseHeader.java (4.6.0)
 */
import { RequestCode } from '../../../codes/request-code.ts';
import { defineApi } from '../../define-api.ts';
import { defineHeader, type HeaderOf } from '../../define-header.ts';

export const GetAllTopicConfigResponseHeader = defineHeader('GetAllTopicConfigResponseHeader', {});
export type GetAllTopicConfigResponseHeader = HeaderOf<typeof GetAllTopicConfigResponseHeader>;

export const getAllTopicConfig = defineApi({
  code: RequestCode.GET_ALL_TOPIC_CONFIG,
  response: GetAllTopicConfigResponseHeader,
  responseBody: 'TopicConfigSerializeWrapper',
});
