/**
 * UNREGISTER_BROKER (104). A broker leaves.
 *
 * request header  | UnRegisterBrokerRequestHeader
 *
 * Source: common/protocol/header/namesrv/UnRegisterBrokerRequestHeader.java (4.6.0)
 */
import { RequestCode } from '../../codes/request-code.ts';
import { defineApi } from '../define-api.ts';
import { defineHeader, type HeaderOf, required } from '../define-header.ts';

export const UnRegisterBrokerRequestHeader = defineHeader('UnRegisterBrokerRequestHeader', {
  brokerName: required.string,
  brokerAddr: required.string,
  clusterName: required.string,
  brokerId: required.long,
});
export type UnRegisterBrokerRequestHeader = HeaderOf<typeof UnRegisterBrokerRequestHeader>;

export const unregisterBroker = defineApi({
  code: RequestCode.UNREGISTER_BROKER,
  request: UnRegisterBrokerRequestHeader,
});
