/**
 * GET_BROKER_CLUSTER_ACL_INFO (52). Which version of the accounts a broker has.
 *
 * response header | GetBrokerAclConfigResponseHeader
 *
 * Source: common/protocol/header/GetBrokerAclConfigResponseHeader.java (4.6.0)
 */
import { RequestCode } from '../../../codes/request-code.ts';
import { defineApi } from '../../define-api.ts';
import { defineHeader, type HeaderOf, required } from '../../define-header.ts';

export const GetBrokerAclConfigResponseHeader = defineHeader('GetBrokerAclConfigResponseHeader', {
  version: required.string,
  brokerName: required.string,
  brokerAddr: required.string,
  clusterName: required.string,
});
export type GetBrokerAclConfigResponseHeader = HeaderOf<typeof GetBrokerAclConfigResponseHeader>;

export const getBrokerClusterAclInfo = defineApi({
  code: RequestCode.GET_BROKER_CLUSTER_ACL_INFO,
  response: GetBrokerAclConfigResponseHeader,
});
