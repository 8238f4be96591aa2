/**
 * What the SDK throws. Every error carries a stable `code`, says whether a repetition may help (`retryable`),
 * and, where the cause can be told from here, a `hint` with the command that checks it.
 * `isMQError` works across copies of this package, where `instanceof` does not.
 */
import { RmqError } from '@rocketmq-ts/kernel';

const BRAND = Symbol.for('rocketmq-ts.error');

/** Codes that Java's client puts into MQClientException.responseCode; they are never on the wire. */
export const ClientErrorCode = {
  CONNECT_BROKER_EXCEPTION: 10001,
  ACCESS_BROKER_TIMEOUT: 10002,
  BROKER_NOT_EXIST_EXCEPTION: 10003,
  NO_NAME_SERVER_EXCEPTION: 10004,
  NOT_FOUND_TOPIC_EXCEPTION: 10005,
} as const;

export type MQClientErrorCode =
  | 'RMQ_OPTION'
  | 'RMQ_MESSAGE_ILLEGAL'
  | 'RMQ_NO_NAME_SERVER'
  | 'RMQ_NO_ROUTE'
  | 'RMQ_NO_BROKER'
  | 'RMQ_SEND_FAILED'
  | 'RMQ_GROUP_DUPLICATE'
  | 'RMQ_STATE'
  | 'RMQ_SHUTDOWN'
  | 'RMQ_OFFSET_FILE';

/** Why no route was found; one text in Java, four different causes. */
export type NoRouteReason = 'name-server-unreachable' | 'no-broker-registered' | 'topic-absent' | 'no-usable-queue';

export interface MQClientErrorOptions {
  readonly cause?: unknown;
  readonly retryable?: boolean;
  /** What to do next, with the command that checks it. */
  readonly hint?: string;
  /** Java's MQClientException.responseCode: a broker's code, or one of `ClientErrorCode`. */
  readonly responseCode?: number;
  readonly reason?: NoRouteReason;
}

/** The client could not do it: bad argument, wrong state, no route, all attempts failed. */
export class MQClientError extends RmqError {
  readonly [BRAND] = true;
  declare readonly code: MQClientErrorCode;
  readonly hint: string | undefined;
  readonly responseCode: number | undefined;
  readonly reason: NoRouteReason | undefined;

  constructor(code: MQClientErrorCode, message: string, options: MQClientErrorOptions = {}) {
    super(code, options.hint === undefined ? message : `${message}\n  ${options.hint}`, options);
    this.hint = options.hint;
    this.responseCode = options.responseCode;
    this.reason = options.reason;
  }
}

/** A name server or broker answered with a code that is not a success. */
export class MQBrokerError extends RmqError {
  readonly [BRAND] = true;
  readonly responseCode: number;
  readonly remark: string | undefined;
  readonly address: string;

  constructor(responseCode: number, remark: string | undefined, address: string, codeName?: string) {
    super('RMQ_BROKER_ANSWER', `CODE: ${responseCode}${codeName === undefined ? '' : ` ${codeName}`}  DESC: ${remark ?? ''} (${address})`, {
      retryable: RETRYABLE_ANSWERS.has(responseCode),
    });
    this.responseCode = responseCode;
    this.remark = remark;
    this.address = address;
  }
}

/** SYSTEM_ERROR, SYSTEM_BUSY, SERVICE_NOT_AVAILABLE: the same call may succeed later. */
const RETRYABLE_ANSWERS: ReadonlySet<number> = new Set([1, 2, 14]);

/** The caller's AbortSignal fired. Named as the platform names it, so that `e.name === 'AbortError'` holds. */
export class MQAbortError extends RmqError {
  readonly [BRAND] = true;

  constructor(what: string, cause?: unknown) {
    super('RMQ_ABORTED', `${what} was aborted`, { cause });
    this.name = 'AbortError';
  }
}

/** Any error of this SDK, from whatever copy of it: the three above and the transport's. */
export function isMQError(error: unknown): error is RmqError {
  if (!(error instanceof Error)) return false;
  if (BRAND in error) return true;
  const { code, retryable } = error as Partial<RmqError>;
  return typeof code === 'string' && typeof retryable === 'boolean' && /^(REMOTING|NET)_/.test(code);
}

/** Throws MQAbortError when the signal has fired. */
export function throwIfAborted(signal: AbortSignal | undefined, what: string): void {
  if (signal?.aborted === true) throw new MQAbortError(what, signal.reason);
}
