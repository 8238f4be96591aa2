/**
 * GET_ROUTEINTO_BY_TOPIC (105). Where the queues of a topic are. None: 17.
 *
 * request header  | GetRouteInfoRequestHeader
 * response body   | TopicRouteData
 *
 * Source: common/protocol/header/namesrv/GetRouteInfoRequestHeader.java (4.6.0)
 */
import { RequestCode } from '../../codes/request-code.ts';
import { defineApi } from '../define-api.ts';
import { defineHeader, type HeaderOf, required } from '../define-header.ts';

export const GetRouteInfoRequestHeader = defineHeader('GetRouteInfoRequestHeader', {
  topic: required.string,
});
export type GetRouteInfoRequestHeader = HeaderOf<typeof GetRouteInfoRequestHeader>;

export const getRouteintoByTopic = defineApi({
  code: RequestCode.GET_ROUTEINTO_BY_TOPIC,
  request: GetRouteInfoRequestHeader,
  responseBody: 'TopicRouteData',
});
