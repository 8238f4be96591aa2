/**
 * WIPE_WRITE_PERM_OF_BROKER (205). Takes the write permission off every queue of a broker, until it registers something
 * new.
 *
 * request header  | WipeWritePermOfBrokerRequestHeader
 * response header | WipeWritePermOfBrokerResponseHeader
 *
 * Source: common/protocol/header/namesrv/WipeWritePermOfBrokerRequestHeader.java, common/protocol/header/namesrv/WipeWritePermOfBrokerResponseHeader.java (4.6.0)
 */
import { RequestCode } from '../../codes/request-code.ts';
import { defineApi } from '../define-api.ts';
import { defineHeader, type HeaderOf, required } from '../define-header.ts';

export const WipeWritePermOfBrokerRequestHeader = defineHeader('WipeWritePermOfBrokerRequestHeader', {
  brokerName: required.string,
});
export type WipeWritePermOfBrokerRequestHeader = HeaderOf<typeof WipeWritePermOfBrokerRequestHeader>;

export const WipeWritePermOfBrokerResponseHeader = defineHeader('WipeWritePermOfBrokerResponseHeader', {
  wipeTopicCount: required.int,
});
export type WipeWritePermOfBrokerResponseHeader = HeaderOf<typeof WipeWritePermOfBrokerResponseHeader>;

export const wipeWritePermOfBroker = defineApi({
  code: RequestCode.WIPE_WRITE_PERM_OF_BROKER,
  request: WipeWritePermOfBrokerRequestHeader,
  response: WipeWritePermOfBrokerResponseHeader,
});
