/**
 * NOTIFY_CONSUMER_IDS_CHANGED (40). Broker to consumers, oneway: the group has changed, rebalance now.
 *
 * request header  | NotifyConsumerIdsChangedRequestHeader
 *
 * Source: common/protocol/header/NotifyConsumerIdsChangedRequestHeader.java (4.6.0)
 */
import { RequestCode } from '../../codes/request-code.ts';
import { defineApi } from '../define-api.ts';
import { defineHeader, type HeaderOf, required } from '../define-header.ts';

export const NotifyConsumerIdsChangedRequestHeader = defineHeader('NotifyConsumerIdsChangedRequestHeader', {
  consumerGroup: required.string,
});
export type NotifyConsumerIdsChangedRequestHeader = HeaderOf<typeof NotifyConsumerIdsChangedRequestHeader>;

export const notifyConsumerIdsChanged = defineApi({
  code: RequestCode.NOTIFY_CONSUMER_IDS_CHANGED,
  request: NotifyConsumerIdsChangedRequestHeader,
});
