/**
 * UPDATE_AND_CREATE_TOPIC (17). Creates or changes a topic. The broker ignores `order`. topicFilterType is the name of
 * the enum's member.
 *
 * request header  | CreateTopicRequestHeader
 *
 * Source: common/protocol/header/CreateTopicRequestHeader.java (4.6.0)
 */
import { RequestCode } from '../../../codes/request-code.ts';
import { defineApi } from '../../define-api.ts';
import { boolean, defineHeader, type HeaderOf, optional, required } from '../../define-header.ts';

export const CreateTopicRequestHeader = defineHeader('CreateTopicRequestHeader', {
  topic: required.string,
  defaultTopic: required.string,
  readQueueNums: required.int,
  writeQueueNums: required.int,
  perm: required.int,
  topicFilterType: required.string,
  topicSysFlag: optional.int,
  order: boolean(false),
});
export type CreateTopicRequestHeader = HeaderOf<typeof CreateTopicRequestHeader>;

export const updateAndCreateTopic = defineApi({
  code: RequestCode.UPDATE_AND_CREATE_TOPIC,
  request: CreateTopicRequestHeader,
});
