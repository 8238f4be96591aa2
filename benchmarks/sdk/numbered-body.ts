/**
 * Bodies that tell whether all of them arrived, whole: their number first, its complement last.
 *
 *   0 number uint32 | 4 filling | length − 4 complement of the number
 */
export const BODY_BYTES = 128;

export function numberedBody(number: number): Buffer {
  const body = Buffer.alloc(BODY_BYTES, 0x61);
  body.writeInt32BE(number, 0);
  body.writeInt32BE(~number, BODY_BYTES - 4);
  return body;
}

/** −1 when it is no such body. */
export function numberOf(body: Buffer): number {
  if (body.length < 8) return -1;
  const number = body.readInt32BE(0);
  return body.readInt32BE(body.length - 4) === ~number ? number : -1;
}
