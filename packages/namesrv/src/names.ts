/**
 * What a registration may call things. Looser than the broker's rule for topics: names of brokers and clusters are
 * topics too and may be host names, and brokers that run elsewhere have accepted what they have accepted. What is kept
 * out is what would lie in logs and listings, or be no name at all.
 */
import { RmqError } from '@rocketmq-ts/kernel';
import { parseAddress, ResponseError } from '@rocketmq-ts/remoting';
import { ResponseCode } from '@rocketmq-ts/remoting-protocol';

const NAME_LENGTH_MAX = 255;
const UNPRINTABLE = /[\u0000-\u0020\u007f-\u009f\u2028\u2029]/;

export function isName(text: string): boolean {
  return text.length > 0 && text.length <= NAME_LENGTH_MAX && !UNPRINTABLE.test(text);
}

/** @throws ResponseError SYSTEM_ERROR */
export function checkName(what: string, text: string): void {
  if (isName(text)) return;
  throw new ResponseError(ResponseCode.SYSTEM_ERROR, `${what} must have 1 to ${NAME_LENGTH_MAX} characters and no blanks or control characters`);
}

/** @throws ResponseError SYSTEM_ERROR */
export function checkAddress(what: string, text: string): void {
  try {
    parseAddress(text);
  } catch (error) {
    if (error instanceof RmqError) throw new ResponseError(ResponseCode.SYSTEM_ERROR, `${what}: ${error.message}`, error);
    throw error;
  }
}
