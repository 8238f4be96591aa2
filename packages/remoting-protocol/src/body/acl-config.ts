/**
 * Accounts of a broker.
 *
 * Source: common/PlainAccessConfig.java, common/AclConfig.java (4.6.0)
 */
import type { WriteFastjsonOptions } from '../fastjson/write-fastjson.ts';
import { decodeBody, encodeBody, flagOr, listOf, objectOf, optionalOf, optionalText, type Shape, text } from './shape.ts';

export interface PlainAccessConfig {
  accessKey: string | undefined;
  secretKey: string | undefined;
  whiteRemoteAddress: string | undefined;
  admin: boolean;
  defaultTopicPerm: string | undefined;
  defaultGroupPerm: string | undefined;
  topicPerms: string[] | undefined;
  groupPerms: string[] | undefined;
}

export const plainAccessConfigShape: Shape<PlainAccessConfig> = objectOf<PlainAccessConfig>('PlainAccessConfig', {
  accessKey: optionalText,
  secretKey: optionalText,
  whiteRemoteAddress: optionalText,
  admin: flagOr(false),
  defaultTopicPerm: optionalText,
  defaultGroupPerm: optionalText,
  topicPerms: optionalOf(listOf(text)),
  groupPerms: optionalOf(listOf(text)),
});

export interface AclConfig {
  globalWhiteAddrs: string[] | undefined;
  plainAccessConfigs: PlainAccessConfig[] | undefined;
}

export const aclConfigShape: Shape<AclConfig> = objectOf<AclConfig>('AclConfig', {
  globalWhiteAddrs: optionalOf(listOf(text)),
  plainAccessConfigs: optionalOf(listOf(plainAccessConfigShape)),
});

export function encodeAclConfig(value: AclConfig, options?: WriteFastjsonOptions): Buffer {
  return encodeBody(aclConfigShape, value, options);
}

/** @throws ProtocolError */
export function decodeAclConfig(body: Buffer): AclConfig {
  return decodeBody(aclConfigShape, body);
}
