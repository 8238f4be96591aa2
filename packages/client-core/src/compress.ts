/**
 * Bodies of `compressMsgBodyOverHowmuch` bytes and more travel as zlib streams of level 5, with bit 0 of sysFlag set.
 * Java differs: a body that does not get smaller is sent as it is.
 *
 * Source: client/impl/producer/DefaultMQProducerImpl.java tryToCompressMessage (4.6.0)
 */
import { promisify } from 'node:util';
import { deflate, deflateSync } from 'node:zlib';

const LEVEL = 5;
/** From here on the work is done outside of the event loop. */
const OFF_LOOP_BYTES = 64 * 1024;
const deflateOffLoop = promisify<Buffer, { level: number }, Buffer>(deflate);

/** The compressed body, or undefined when compressing gains nothing. */
export function compressBody(body: Buffer): Buffer | undefined | Promise<Buffer | undefined> {
  if (body.length >= OFF_LOOP_BYTES) return deflateOffLoop(body, { level: LEVEL }).then((packed) => ifSmaller(packed, body));
  return ifSmaller(deflateSync(body, { level: LEVEL }), body);
}

function ifSmaller(packed: Buffer, body: Buffer): Buffer | undefined {
  return packed.length < body.length ? packed : undefined;
}
