/**
 * QUERY_MESSAGE (12). Messages by key and time range. The raw field `_UNIQUE_KEY_QUERY` = true (UNIQUE_KEY_QUERY_FIELD)
 * asks by UNIQ_KEY and makes the broker use its own maximum. None found: 22.
 *
 * request header  | QueryMessageRequestHeader
 * response header | QueryMessageResponseHeader
 * response body   | stored records, one behind the other
 *
 * Source: common/protocol/header/QueryMessageRequestHeader.java, common/protocol/header/QueryMessageResponseHeader.java (4.6.0)
 */
import { RequestCode } from '../../codes/request-code.ts';
import { defineApi } from '../define-api.ts';
import { defineHeader, type HeaderOf, required } from '../define-header.ts';

export const QueryMessageRequestHeader = defineHeader('QueryMessageRequestHeader', {
  topic: required.string,
  key: required.string,
  maxNum: required.int,
  beginTimestamp: required.long,
  endTimestamp: required.long,
});
export type QueryMessageRequestHeader = HeaderOf<typeof QueryMessageRequestHeader>;

export const QueryMessageResponseHeader = defineHeader('QueryMessageResponseHeader', {
  indexLastUpdateTimestamp: required.long,
  indexLastUpdatePhyoffset: required.long,
});
export type QueryMessageResponseHeader = HeaderOf<typeof QueryMessageResponseHeader>;

/** Raw field of the request, not part of the header class. Source: common/MixAll.java UNIQUE_MSG_QUERY_FLAG (4.6.0) */
export const UNIQUE_KEY_QUERY_FIELD = '_UNIQUE_KEY_QUERY';

export const queryMessage = defineApi({
  code: RequestCode.QUERY_MESSAGE,
  request: QueryMessageRequestHeader,
  response: QueryMessageResponseHeader,
  responseBody: 'stored records, one behind the other',
});
