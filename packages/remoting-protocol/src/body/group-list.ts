/**
 * Names of consumer groups.
 *
 * Source: common/protocol/body/GroupList.java (4.6.0)
 */
import type { WriteFastjsonOptions } from '../fastjson/write-fastjson.ts';
import { decodeBody, encodeBody, listOf, objectOf, type Shape, text } from './shape.ts';

export interface GroupList {
  groupList: string[];
}

export const groupListShape: Shape<GroupList> = objectOf<GroupList>('GroupList', {
  groupList: listOf(text),
});

export function encodeGroupList(value: GroupList, options?: WriteFastjsonOptions): Buffer {
  return encodeBody(groupListShape, value, options);
}

/** @throws ProtocolError */
export function decodeGroupList(body: Buffer): GroupList {
  return decodeBody(groupListShape, body);
}
