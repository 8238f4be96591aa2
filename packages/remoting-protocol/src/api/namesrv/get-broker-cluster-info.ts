/**
 * GET_BROKER_CLUSTER_INFO (106). All brokers and clusters.
 *
 * response body   | ClusterInfo
 *
 * Source: common/protocol/RequestCode.java (4.6.0)
 */
import { RequestCode } from '../../codes/request-code.ts';
import { defineApi } from '../define-api.ts';

export const getBrokerClusterInfo = defineApi({
  code: RequestCode.GET_BROKER_CLUSTER_INFO,
  responseBody: 'ClusterInfo',
});
