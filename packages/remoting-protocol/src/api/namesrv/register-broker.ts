/**
 * REGISTER_BROKER (103). Broker to every name server, each 10 to 60 s. bodyCrc32 is over the bytes as sent; 0 skips the
 * check. masterAddr and haServerAddr are answered to slaves whose master is known.
 *
 * request header  | RegisterBrokerRequestHeader
 * request body    | RegisterBrokerBody; a bare TopicConfigSerializeWrapper from versions below 37
 * response header | RegisterBrokerResponseHeader
 * response body   | KVTable of the namespace ORDER_TOPIC_CONFIG
 *
 * Source: common/protocol/header/namesrv/RegisterBrokerRequestHeader.java, common/protocol/header/namesrv/RegisterBrokerResponseHeader.java (4.6.0)
 */
import { RequestCode } from '../../codes/request-code.ts';
import { defineApi } from '../define-api.ts';
import { boolean, defineHeader, type HeaderOf, int, optional, required } from '../define-header.ts';

export const RegisterBrokerRequestHeader = defineHeader('RegisterBrokerRequestHeader', {
  brokerName: required.string,
  brokerAddr: required.string,
  clusterName: required.string,
  haServerAddr: required.string,
  brokerId: required.long,
  compressed: boolean(false),
  bodyCrc32: int(0),
});
export type RegisterBrokerRequestHeader = HeaderOf<typeof RegisterBrokerRequestHeader>;

export const RegisterBrokerResponseHeader = defineHeader('RegisterBrokerResponseHeader', {
  haServerAddr: optional.string,
  masterAddr: optional.string,
});
export type RegisterBrokerResponseHeader = HeaderOf<typeof RegisterBrokerResponseHeader>;

export const registerBroker = defineApi({
  code: RequestCode.REGISTER_BROKER,
  request: RegisterBrokerRequestHeader,
  response: RegisterBrokerResponseHeader,
  requestBody: 'RegisterBrokerBody; a bare TopicConfigSerializeWrapper from versions below 37',
  responseBody: 'KVTable of the namespace ORDER_TOPIC_CONFIG',
});
