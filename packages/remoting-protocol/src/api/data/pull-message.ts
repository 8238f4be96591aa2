/**
 * PULL_MESSAGE (11). Consumer to broker. Codes: 0 found, 19 nothing new (held first when sysFlag has SUSPEND), 20 try
 * again at nextBeginOffset, 21 offset outside. The remark is the name of the status.
 *
 * request header  | PullMessageRequestHeader
 * response header | PullMessageResponseHeader
 * response body   | stored records, one behind the other (message/record-codec.ts)
 *
 * Source: common/protocol/header/PullMessageRequestHeader.java, common/protocol/header/PullMessageResponseHeader.java (4.6.0)
 */
import { RequestCode } from '../../codes/request-code.ts';
import { defineApi } from '../define-api.ts';
import { defineHeader, type HeaderOf, optional, required } from '../define-header.ts';

export const PullMessageRequestHeader = defineHeader('PullMessageRequestHeader', {
  consumerGroup: required.string,
  topic: required.string,
  queueId: required.int,
  queueOffset: required.long,
  maxMsgNums: required.int,
  sysFlag: required.int,
  commitOffset: required.long,
  suspendTimeoutMillis: required.long,
  subscription: optional.string,
  subVersion: required.long,
  expressionType: optional.string,
});
export type PullMessageRequestHeader = HeaderOf<typeof PullMessageRequestHeader>;

export const PullMessageResponseHeader = defineHeader('PullMessageResponseHeader', {
  suggestWhichBrokerId: required.long,
  nextBeginOffset: required.long,
  minOffset: required.long,
  maxOffset: required.long,
});
export type PullMessageResponseHeader = HeaderOf<typeof PullMessageResponseHeader>;

export const pullMessage = defineApi({
  code: RequestCode.PULL_MESSAGE,
  request: PullMessageRequestHeader,
  response: PullMessageResponseHeader,
  responseBody: 'stored records, one behind the other (message/record-codec.ts)',
});
