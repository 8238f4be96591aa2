/**
 * GET_MAX_OFFSET (30). The queue offset that the next message will get. An unknown queue answers 0.
 *
 * request header  | GetMaxOffsetRequestHeader
 * response header | GetMaxOffsetResponseHeader
 *
 * Source: common/protocol/header/GetMaxOffsetRequestHeader.java, common/protocol/header/GetMaxOffsetResponseHeader.java (4.6.0)
 */
import { RequestCode } from '../../codes/request-code.ts';
import { defineApi } from '../define-api.ts';
import { defineHeader, type HeaderOf, required } from '../define-header.ts';

export const GetMaxOffsetRequestHeader = defineHeader('GetMaxOffsetRequestHeader', {
  topic: required.string,
  queueId: required.int,
});
export type GetMaxOffsetRequestHeader = HeaderOf<typeof GetMaxOffsetRequestHeader>;

export const GetMaxOffsetResponseHeader = defineHeader('GetMaxOffsetResponseHeader', {
  offset: required.long,
});
export type GetMaxOffsetResponseHeader = HeaderOf<typeof GetMaxOffsetResponseHeader>;

export const getMaxOffset = defineApi({
  code: RequestCode.GET_MAX_OFFSET,
  request: GetMaxOffsetRequestHeader,
  response: GetMaxOffsetResponseHeader,
});
