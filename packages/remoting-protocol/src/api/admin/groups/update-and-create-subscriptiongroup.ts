/**
 * UPDATE_AND_CREATE_SUBSCRIPTIONGROUP (200). Creates or changes a consumer group.
 *
 * request body    | SubscriptionGroupConfig
 *
 * Source: common/protocol/RequestCode.java (4.6.0)
 */
import { RequestCode } from '../../../codes/request-code.ts';
import { defineApi } from '../../define-api.ts';

export const updateAndCreateSubscriptiongroup = defineApi({
  code: RequestCode.UPDATE_AND_CREATE_SUBSCRIPTIONGROUP,
  requestBody: 'SubscriptionGroupConfig',
});
