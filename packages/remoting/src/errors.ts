/**
 * Everything that can go wrong between two ends of a connection, as operating errors with stable codes. An answer with
 * a code other than SUCCESS is not among them: it is a value, and the caller's to judge.
 */
import { RmqError } from '@rocketmq-ts/kernel';

/** No connection to `address`. The request was certainly not processed. */
export class RemotingConnectError extends RmqError {
  readonly address: string;

  constructor(address: string, reason: string, cause?: unknown) {
    super('REMOTING_CONNECT', `connect to ${address} failed: ${reason}`, { cause, retryable: true });
    this.address = address;
  }
}

/** No answer in time. Whether the request was processed is unknown. */
export class RemotingTimeoutError extends RmqError {
  readonly address: string;
  readonly timeoutMs: number;

  constructor(address: string, requestCode: number, timeoutMs: number, waitedFor: 'connection' | 'answer') {
    super('REMOTING_TIMEOUT', `no ${waitedFor} from ${address} for request code ${requestCode} within ${timeoutMs} ms`, { retryable: true });
    this.address = address;
    this.timeoutMs = timeoutMs;
  }
}

/** The connection broke, or was closed, before the answer came. Whether the request was processed is unknown. */
export class RemotingSendRequestError extends RmqError {
  readonly address: string;

  constructor(address: string, reason: string, cause?: unknown) {
    super('REMOTING_SEND_REQUEST', `request to ${address} failed: ${reason}`, { cause, retryable: true });
    this.address = address;
  }
}

/** Too many requests wait for their answers on one connection; this one was not sent. */
export class RemotingTooMuchRequestError extends RmqError {
  readonly address: string;

  constructor(address: string, inFlightMax: number) {
    super('REMOTING_TOO_MUCH_REQUEST', `${inFlightMax} requests to ${address} are already waiting for their answers`, { retryable: true });
    this.address = address;
  }
}

/** The server could not take its port. `message` names cause and remedy in words that a search finds. */
export class RemotingListenError extends RmqError {
  readonly port: number;

  constructor(port: number, message: string, cause: unknown) {
    super('REMOTING_LISTEN', message, { cause });
    this.port = port;
  }
}

/**
 * What a handler throws to be answered with a response code of its choice: `message` becomes the remark as it is.
 * Any other RmqError that has a numeric `responseCode` is treated alike, so packages that don't know remoting can
 * bring their own (see `dispatcher.ts`, the only place where errors become answers).
 */
export class ResponseError extends RmqError {
  readonly responseCode: number;

  constructor(responseCode: number, remark: string, cause?: unknown) {
    super('REMOTING_RESPONSE', remark, { cause });
    this.responseCode = responseCode;
  }
}
