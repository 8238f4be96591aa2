/**
 * UPDATE_CONSUMER_OFFSET (15). Stores a group's progress. Oneway from consumers, sync from tools.
 *
 * request header  | UpdateConsumerOffsetRequestHeader
 * response header | UpdateConsumerOffsetResponseHeader
 *
 * Source: common/protocol/header/UpdateConsumerOffsetRequestHeader.java, common/protocol/header/UpdateConsumerOffsetResponseHeader.java (4.6.0)
 */
import { RequestCode } from '../../codes/request-code.ts';
import { defineApi } from '../define-api.ts';
import { defineHeader, type HeaderOf, required } from '../define-header.ts';

export const UpdateConsumerOffsetRequestHeader = defineHeader('UpdateConsumerOffsetRequestHeader', {
  consumerGroup: required.string,
  topic: required.string,
  queueId: required.int,
  commitOffset: required.long,
});
export type UpdateConsumerOffsetRequestHeader = HeaderOf<typeof UpdateConsumerOffsetRequestHeader>;

export const UpdateConsumerOffsetResponseHeader = defineHeader('UpdateConsumerOffsetResponseHeader', {});
export type UpdateConsumerOffsetResponseHeader = HeaderOf<typeof UpdateConsumerOffsetResponseHeader>;

export const updateConsumerOffset = defineApi({
  code: RequestCode.UPDATE_CONSUMER_OFFSET,
  request: UpdateConsumerOffsetRequestHeader,
  response: UpdateConsumerOffsetResponseHeader,
});
