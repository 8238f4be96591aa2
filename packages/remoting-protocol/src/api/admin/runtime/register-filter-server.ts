/**
 * REGISTER_FILTER_SERVER (301). A filter server (long retired) announces itself to its broker.
 *
 * request header  | RegisterFilterServerRequestHeader
 * response header | RegisterFilterServerResponseHeader
 *
 * Source: common/protocol/header/filtersrv/RegisterFilterServerRequestHeader.java, common/protocol/header/filtersrv/RegisterFilterServerResponseHeader.java (4.6.0)
 */
import { RequestCode } from '../../../codes/request-code.ts';
import { defineApi } from '../../define-api.ts';
import { defineHeader, type HeaderOf, required } from '../../define-header.ts';

export const RegisterFilterServerRequestHeader = defineHeader('RegisterFilterServerRequestHeader', {
  filterServerAddr: required.string,
});
export type RegisterFilterServerRequestHeader = HeaderOf<typeof RegisterFilterServerRequestHeader>;

export const RegisterFilterServerResponseHeader = defineHeader('RegisterFilterServerResponseHeader', {
  brokerName: required.string,
  brokerId: required.long,
});
export type RegisterFilterServerResponseHeader = HeaderOf<typeof RegisterFilterServerResponseHeader>;

export const registerFilterServer = defineApi({
  code: RequestCode.REGISTER_FILTER_SERVER,
  request: RegisterFilterServerRequestHeader,
  response: RegisterFilterServerResponseHeader,
});
