/**
 * SEARCH_OFFSET_BY_TIMESTAMP (29). The queue offset of the message stored nearest to a time. An unknown queue answers 0.
 *
 * request header  | SearchOffsetRequestHeader
 * response header | SearchOffsetResponseHeader
 *
 * Source: common/protocol/header/SearchOffsetRequestHeader.java, common/protocol/header/SearchOffsetResponseHeader.java (4.6.0)
 */
import { RequestCode } from '../../codes/request-code.ts';
import { defineApi } from '../define-api.ts';
import { defineHeader, type HeaderOf, required } from '../define-header.ts';

export const SearchOffsetRequestHeader = defineHeader('SearchOffsetRequestHeader', {
  topic: required.string,
  queueId: required.int,
  timestamp: required.long,
});
export type SearchOffsetRequestHeader = HeaderOf<typeof SearchOffsetRequestHeader>;

export const SearchOffsetResponseHeader = defineHeader('SearchOffsetResponseHeader', {
  offset: required.long,
});
export type SearchOffsetResponseHeader = HeaderOf<typeof SearchOffsetResponseHeader>;

export const searchOffsetByTimestamp = defineApi({
  code: RequestCode.SEARCH_OFFSET_BY_TIMESTAMP,
  request: SearchOffsetRequestHeader,
  response: SearchOffsetResponseHeader,
});
