/**
 * The broker's message id: where a record is. Upper-case hex of
 *
 * offset | size    | field
 * 0      | 4 or 16 | address of the store host
 * …      | 4       | its port
 * …      | 8       | physical offset
 *
 * so 32 characters for IPv4 and 56 for IPv6.
 * Source: common/message/MessageDecoder.java createMessageId, decodeMessageId (4.6.0)
 */
import { readInt64, writeInt64 } from '../bytes/int64.ts';
import { ProtocolError } from '../errors.ts';
import { HOST_V4_BYTES, HOST_V6_BYTES, readHost, writeHost } from './host-address.ts';
import type { HostAddress } from './message.ts';

const scratch = Buffer.alloc(HOST_V6_BYTES + 8);

/** @throws ProtocolError HOST_ADDRESS */
export function encodeOffsetMsgId(host: HostAddress, physicalOffset: number): string {
  const at = writeHost(scratch, 0, host);
  writeInt64(scratch, at, physicalOffset);
  return scratch.toString('hex', 0, at + 8).toUpperCase();
}

/** @throws ProtocolError MESSAGE_ID for anything that is no such id, a UNIQ_KEY included when its port or offset can't be */
export function decodeOffsetMsgId(id: string): { host: HostAddress; physicalOffset: number } {
  if (!/^(?:[0-9a-fA-F]{32}|[0-9a-fA-F]{56})$/.test(id)) throw notAnId(id);
  const bytes = Buffer.from(id, 'hex');
  const isV6 = bytes.length > HOST_V4_BYTES + 8;
  const host = readHost(bytes, 0, isV6);
  const offsetAt = isV6 ? HOST_V6_BYTES : HOST_V4_BYTES;
  const high = bytes.readInt32BE(offsetAt);
  if (host.port < 0 || host.port > 65535 || high < 0 || high > 0x1fffff) throw notAnId(id);
  return { host, physicalOffset: readInt64(bytes, offsetAt) };
}

function notAnId(id: string): ProtocolError {
  return new ProtocolError('MESSAGE_ID', `not an offset message id: ${JSON.stringify(id.slice(0, 80))}`);
}
