/**
 * GET_MIN_OFFSET (31). The queue offset of the oldest message still there. An unknown queue answers 0.
 *
 * request header  | GetMinOffsetRequestHeader
 * response header | GetMinOffsetResponseHeader
 *
 * Source: common/protocol/header/GetMinOffsetRequestHeader.java, common/protocol/header/GetMinOffsetResponseHeader.java (4.6.0)
 */
import { RequestCode } from '../../codes/request-code.ts';
import { defineApi } from '../define-api.ts';
import { defineHeader, type HeaderOf, required } from '../define-header.ts';

export const GetMinOffsetRequestHeader = defineHeader('GetMinOffsetRequestHeader', {
  topic: required.string,
  queueId: required.int,
});
export type GetMinOffsetRequestHeader = HeaderOf<typeof GetMinOffsetRequestHeader>;

export const GetMinOffsetResponseHeader = defineHeader('GetMinOffsetResponseHeader', {
  offset: required.long,
});
export type GetMinOffsetResponseHeader = HeaderOf<typeof GetMinOffsetResponseHeader>;

export const getMinOffset = defineApi({
  code: RequestCode.GET_MIN_OFFSET,
  request: GetMinOffsetRequestHeader,
  response: GetMinOffsetResponseHeader,
});
