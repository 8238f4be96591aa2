/**
 * END_TRANSACTION (37). Producer to broker, oneway: commit (8), roll back (12) or unknown (0) for a half message. The
 * remark may hold the text of a local exception.
 *
 * request header  | EndTransactionRequestHeader
 * response header | EndTransactionResponseHeader
 *
 * Source: common/protocol/header/EndTransactionRequestHeader.java, common/protocol/header/EndTransactionResponseHeader.java (4.6.0)
 */
import { RequestCode } from '../../codes/request-code.ts';
import { defineApi } from '../define-api.ts';
import { boolean, defineHeader, type HeaderOf, optional, required } from '../define-header.ts';

export const EndTransactionRequestHeader = defineHeader('EndTransactionRequestHeader', {
  producerGroup: required.string,
  tranStateTableOffset: required.long,
  commitLogOffset: required.long,
  commitOrRollback: required.int,
  fromTransactionCheck: boolean(false),
  msgId: required.string,
  transactionId: optional.string,
});
export type EndTransactionRequestHeader = HeaderOf<typeof EndTransactionRequestHeader>;

export const EndTransactionResponseHeader = defineHeader('EndTransactionResponseHeader', {});
export type EndTransactionResponseHeader = HeaderOf<typeof EndTransactionResponseHeader>;

export const endTransaction = defineApi({
  code: RequestCode.END_TRANSACTION,
  request: EndTransactionRequestHeader,
  response: EndTransactionResponseHeader,
});
