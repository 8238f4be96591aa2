/**
 * Request code → handler, and the only place where an error becomes an answer. Nothing a handler throws leaves it,
 * save a broken assertion, which has to end the process.
 *
 *   frame ─► raw handler (by a peek at the code) ─► taken │ not taken ─► decodeCommand ─► handler ─► respond
 *
 * Source: remoting/netty/NettyRemotingAbstract.java (4.6.0)
 */
import { AssertionError, type Log, RmqError, silentLog } from '@rocketmq-ts/kernel';
import { createResponse, type Frame, type RemotingCommand, ResponseCode } from '@rocketmq-ts/remoting-protocol';
import type { Connection, RequestHook } from './connection.ts';
import { peekCode } from './peek-code.ts';

/** The answer; undefined when it is given later through `connection.respond`, or never. */
export type RequestHandler = (request: RemotingCommand, connection: Connection) => RemotingCommand | undefined;

/**
 * Handles a frame before its header is decoded. False: it is treated like any other. The code is only peeked at: the
 * handler itself must see that the frame is a request, and that its header is sound. The frame is valid during the call.
 */
export type RawFrameHandler = (frame: Frame, connection: Connection) => boolean;

export interface DispatcherOptions {
  readonly log?: Log;
  /** See every decoded request, not raw frames that were taken. */
  readonly hooks?: readonly RequestHook[];
}

export class Dispatcher {
  readonly #handlers = new Map<number, RequestHandler>();
  readonly #rawHandlers = new Map<number, RawFrameHandler>();
  readonly #log: Log;
  readonly #hooks: readonly RequestHook[];
  #default: RequestHandler | undefined;

  constructor(options: DispatcherOptions = {}) {
    this.#log = options.log ?? silentLog;
    this.#hooks = options.hooks ?? [];
  }

  register(codes: readonly number[], handler: RequestHandler): void {
    for (const code of codes) this.#handlers.set(code, handler);
  }

  setDefault(handler: RequestHandler): void {
    this.#default = handler;
  }

  registerRaw(codes: readonly number[], handler: RawFrameHandler): void {
    for (const code of codes) this.#rawHandlers.set(code, handler);
  }

  /** True: the frame is dealt with. */
  dispatchRaw(frame: Frame, connection: Connection): boolean {
    if (this.#rawHandlers.size === 0) return false;
    const handler = this.#rawHandlers.get(peekCode(frame));
    if (handler === undefined) return false;
    try {
      return handler(frame, connection);
    } catch (error) {
      if (error instanceof AssertionError) throw error;
      // Decoded again below, so that the requester is told; a raw handler has no request to answer.
      this.#log.error('a raw frame handler failed; the request goes the usual way', { remote: connection.remoteAddress, error: asError(error) });
      return false;
    }
  }

  dispatch(request: RemotingCommand, connection: Connection): void {
    const handler = this.#handlers.get(request.code) ?? this.#default;
    if (handler === undefined) {
      connection.respond(request, createResponse(request, ResponseCode.REQUEST_CODE_NOT_SUPPORTED, ` request type ${request.code} not supported`));
      return;
    }
    let response: RemotingCommand | undefined;
    try {
      for (const hook of this.#hooks) hook.beforeRequest(connection.remoteAddress, request);
      response = handler(request, connection);
      for (const hook of this.#hooks) hook.afterResponse(connection.remoteAddress, request, response);
    } catch (error) {
      response = this.failureResponse(request, connection, error);
    }
    if (response !== undefined) connection.respond(request, response);
  }

  /** The answer to a request that failed; also for handlers that find out later. Rethrows a broken assertion. */
  failureResponse(request: RemotingCommand, connection: Connection, error: unknown): RemotingCommand {
    if (error instanceof AssertionError) throw error;
    if (error instanceof RmqError) {
      const responseCode = responseCodeOf(error);
      if (responseCode !== undefined) return createResponse(request, responseCode, error.message);
      this.#log.warn('a request failed', { code: request.code, remote: connection.remoteAddress, reason: `${error.code} ${error.message}` });
    } else {
      this.#log.error('a request handler threw', { code: request.code, remote: connection.remoteAddress, error: asError(error) });
    }
    const { name, message } = asError(error);
    return createResponse(request, ResponseCode.SYSTEM_ERROR, `${name}: ${message}`);
  }
}

function responseCodeOf(error: RmqError): number | undefined {
  const code = (error as { responseCode?: unknown }).responseCode;
  return typeof code === 'number' ? code : undefined;
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
