/**
 * QUERY_CORRECTION_OFFSET (308). Smallest offset per queue over other groups. filterGroups is a comma list.
 *
 * request header  | QueryCorrectionOffsetHeader
 * response body   | QueryCorrectionOffsetBody
 *
 * Source: common/protocol/header/QueryCorrectionOffsetHeader.java (4.6.0)
 */
import { RequestCode } from '../../../codes/request-code.ts';
import { defineApi } from '../../define-api.ts';
import { defineHeader, type HeaderOf, optional, required } from '../../define-header.ts';

export const QueryCorrectionOffsetHeader = defineHeader('QueryCorrectionOffsetHeader', {
  filterGroups: optional.string,
  compareGroup: required.string,
  topic: required.string,
});
export type QueryCorrectionOffsetHeader = HeaderOf<typeof QueryCorrectionOffsetHeader>;

export const queryCorrectionOffset = defineApi({
  code: RequestCode.QUERY_CORRECTION_OFFSET,
  request: QueryCorrectionOffsetHeader,
  responseBody: 'QueryCorrectionOffsetBody',
});
