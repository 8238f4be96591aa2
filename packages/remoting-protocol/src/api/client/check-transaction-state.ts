/**
 * CHECK_TRANSACTION_STATE (39). Broker to producer, oneway: what became of this half message? The producer answers with
 * END_TRANSACTION.
 *
 * request header  | CheckTransactionStateRequestHeader
 * request body    | one stored record, the half message
 *
 * Source: common/protocol/header/CheckTransactionStateRequestHeader.java (4.6.0)
 */
import { RequestCode } from '../../codes/request-code.ts';
import { defineApi } from '../define-api.ts';
import { defineHeader, type HeaderOf, optional, required } from '../define-header.ts';

export const CheckTransactionStateRequestHeader = defineHeader('CheckTransactionStateRequestHeader', {
  tranStateTableOffset: required.long,
  commitLogOffset: required.long,
  msgId: optional.string,
  transactionId: optional.string,
  offsetMsgId: optional.string,
});
export type CheckTransactionStateRequestHeader = HeaderOf<typeof CheckTransactionStateRequestHeader>;

export const checkTransactionState = defineApi({
  code: RequestCode.CHECK_TRANSACTION_STATE,
  request: CheckTransactionStateRequestHeader,
  requestBody: 'one stored record, the half message',
});
