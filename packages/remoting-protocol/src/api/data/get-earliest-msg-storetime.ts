/**
 * GET_EARLIEST_MSG_STORETIME (32). When the oldest message of a queue was stored.
 *
 * request header  | GetEarliestMsgStoretimeRequestHeader
 * response header | GetEarliestMsgStoretimeResponseHeader
 *
 * Source: common/protocol/header/GetEarliestMsgStoretimeRequestHeader.java, common/protocol/header/GetEarliestMsgStoretimeResponseHeader.java (4.6.0)
 */
import { RequestCode } from '../../codes/request-code.ts';
import { defineApi } from '../define-api.ts';
import { defineHeader, type HeaderOf, required } from '../define-header.ts';

export const GetEarliestMsgStoretimeRequestHeader = defineHeader('GetEarliestMsgStoretimeRequestHeader', {
  topic: required.string,
  queueId: required.int,
});
export type GetEarliestMsgStoretimeRequestHeader = HeaderOf<typeof GetEarliestMsgStoretimeRequestHeader>;

export const GetEarliestMsgStoretimeResponseHeader = defineHeader('GetEarliestMsgStoretimeResponseHeader', {
  timestamp: required.long,
});
export type GetEarliestMsgStoretimeResponseHeader = HeaderOf<typeof GetEarliestMsgStoretimeResponseHeader>;

export const getEarliestMsgStoretime = defineApi({
  code: RequestCode.GET_EARLIEST_MSG_STORETIME,
  request: GetEarliestMsgStoretimeRequestHeader,
  response: GetEarliestMsgStoretimeResponseHeader,
});
