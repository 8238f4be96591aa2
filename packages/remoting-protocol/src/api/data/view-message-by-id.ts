/**
 * VIEW_MESSAGE_BY_ID (33). The record at a physical offset, as an offset message id names it.
 *
 * request header  | ViewMessageRequestHeader
 * response header | ViewMessageResponseHeader
 * response body   | one stored record
 *
 * Source: common/protocol/header/ViewMessageRequestHeader.java, common/protocol/header/ViewMessageResponseHeader.java (4.6.0)
 */
import { RequestCode } from '../../codes/request-code.ts';
import { defineApi } from '../define-api.ts';
import { defineHeader, type HeaderOf, required } from '../define-header.ts';

export const ViewMessageRequestHeader = defineHeader('ViewMessageRequestHeader', {
  offset: required.long,
});
export type ViewMessageRequestHeader = HeaderOf<typeof ViewMessageRequestHeader>;

export const ViewMessageResponseHeader = defineHeader('ViewMessageResponseHeader', {});
export type ViewMessageResponseHeader = HeaderOf<typeof ViewMessageResponseHeader>;

export const viewMessageById = defineApi({
  code: RequestCode.VIEW_MESSAGE_BY_ID,
  request: ViewMessageRequestHeader,
  response: ViewMessageResponseHeader,
  responseBody: 'one stored record',
});
