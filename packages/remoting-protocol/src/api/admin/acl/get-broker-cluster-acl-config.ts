/**
 * GET_BROKER_CLUSTER_ACL_CONFIG (54). All accounts of a broker. Java's response header class holds a list that never
 * travels.
 *
 * response body   | AclConfig
 *
 * Source: common/protocol/RequestCode.java (4.6.0)
 */
import { RequestCode } from '../../../codes/request-code.ts';
import { defineApi } from '../../define-api.ts';

export const getBrokerClusterAclConfig = defineApi({
  code: RequestCode.GET_BROKER_CLUSTER_ACL_CONFIG,
  responseBody: 'AclConfig',
});
