/**
 * HEART_BEAT (34). Client to every broker each 30 s: which groups it has and what they subscribe. The broker makes the
 * retry topic and tells the members of changed groups.
 *
 * request body    | HeartbeatData
 *
 * Source: common/protocol/RequestCode.java (4.6.0)
 */
import { RequestCode } from '../../codes/request-code.ts';
import { defineApi } from '../define-api.ts';

export const heartBeat = defineApi({
  code: RequestCode.HEART_BEAT,
  requestBody: 'HeartbeatData',
});
