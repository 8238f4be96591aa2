/**
 * GET_ALL_SUBSCRIPTIONGROUP_CONFIG (201). All consumer groups of a broker with their version.
 *
 * response body   | SubscriptionGroupWrapper
 *
 * Source: common/protocol/RequestCode.java (4.6.0)
 */
import { RequestCode } from '../../../codes/request-code.ts';
import { defineApi } from '../../define-api.ts';

export const getAllSubscriptiongroupConfig = defineApi({
  code: RequestCode.GET_ALL_SUBSCRIPTIONGROUP_CONFIG,
  responseBody: 'SubscriptionGroupWrapper',
});
