import { type Frame, SerializeType } from '@rocketmq-ts/remoting-protocol';

/** `{"code":` — fastjson sorts the members, so every Java header begins so; Go's client writes the code first, too. */
const JSON_PREFIX = Buffer.from('{"code":', 'latin1');
const FLAG_RESPONSE = 1;
const ZERO = 0x30;
/** Codes have at most four digits; a longer number is left to the decoder. */
const DIGITS_MAX = 6;

/**
 * The request code, read without decoding the header; −1 when a short look does not tell. A guess to choose a handler
 * by, no validation. A JSON response looks like a request here: its flag stands behind the fields.
 */
export function peekCode(frame: Frame): number {
  const header = frame.header;
  if (frame.serializeType === SerializeType.ROCKETMQ) {
    // int16 code, int8 language, int16 version, int32 opaque, int32 flag
    if (header.length < 13 || (header.readInt32BE(9) & FLAG_RESPONSE) !== 0) return -1;
    return header.readInt16BE(0);
  }
  if (header.length < JSON_PREFIX.length + 2) return -1;
  for (let at = 0; at < JSON_PREFIX.length; at++) {
    if (header[at] !== JSON_PREFIX[at]) return -1;
  }
  let code = 0;
  let at = JSON_PREFIX.length;
  for (; at < JSON_PREFIX.length + DIGITS_MAX && at < header.length; at++) {
    const digit = (header[at] as number) - ZERO;
    if (digit < 0 || digit > 9) break;
    code = code * 10 + digit;
  }
  const next = header[at];
  // Only a whole number counts: what follows is a comma or the end of the object.
  return at > JSON_PREFIX.length && (next === 0x2c || next === 0x7d) ? code : -1;
}
