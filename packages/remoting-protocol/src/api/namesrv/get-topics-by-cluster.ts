/**
 * GET_TOPICS_BY_CLUSTER (224). Topics that a cluster holds.
 *
 * request header  | GetTopicsByClusterRequestHeader
 * response body   | TopicList
 *
 * Source: common/protocol/header/GetTopicsByClusterRequestHeader.java (4.6.0)
 */
import { RequestCode } from '../../codes/request-code.ts';
import { defineApi } from '../define-api.ts';
import { defineHeader, type HeaderOf, required } from '../define-header.ts';

export const GetTopicsByClusterRequestHeader = defineHeader('GetTopicsByClusterRequestHeader', {
  cluster: required.string,
});
export type GetTopicsByClusterRequestHeader = HeaderOf<typeof GetTopicsByClusterRequestHeader>;

export const getTopicsByCluster = defineApi({
  code: RequestCode.GET_TOPICS_BY_CLUSTER,
  request: GetTopicsByClusterRequestHeader,
  responseBody: 'TopicList',
});
