/**
 * Calls servers by address: one connection per address, dialled once for all who ask at the same time, dialled again
 * after a loss by the next call, with a growing pause while it keeps failing.
 */
import { type Env, RmqError } from '@rocketmq-ts/kernel';
import { type RemotingCommand, SerializeType } from '@rocketmq-ts/remoting-protocol';
import type { RequestHook } from './connection.ts';
import { Dispatcher } from './dispatcher.ts';
import { Endpoint } from './endpoint.ts';
import { RemotingConnectError } from './errors.ts';
import { Invocation } from './invocation.ts';
import type { RemotingCounters, RemotingLimits } from './limits.ts';
import { parseAddress } from './peer-address.ts';
import type { SocketConnection } from './socket-connection.ts';

export interface RemotingClientOptions {
  readonly env: Env;
  /** Answers the requests servers send to us; without it they are told that we support none. */
  readonly dispatcher?: Dispatcher | undefined;
  readonly connectTimeoutMs?: number | undefined;
  /** LanguageCode of our requests. */
  readonly language: number;
  readonly hooks?: readonly RequestHook[] | undefined;
  readonly limits?: Partial<RemotingLimits> | undefined;
  readonly serializeType?: SerializeType | undefined;
}

export interface InvokeOptions {
  /** From the call to the answer, dialling included. */
  readonly timeoutMs: number;
  /** Rejects with the signal's reason; the request may have been processed all the same. */
  readonly signal?: AbortSignal | undefined;
}

export interface RemotingClient {
  /**
   * Sends `command` (its opaque, language and serialize type are set here) and resolves with the answer, whatever its
   * code. @throws RemotingConnectError, RemotingTimeoutError, RemotingSendRequestError, RemotingTooMuchRequestError
   */
  invoke(address: string, command: RemotingCommand, options: InvokeOptions): Promise<RemotingCommand>;
  /** Resolves when the command was handed to a connection. @throws RemotingConnectError */
  oneway(address: string, command: RemotingCommand): Promise<void>;
  /** Closes the connection to `address`; its pending calls fail. The next call dials again. */
  close(address: string): void;
  /** Calls `listener` after every loss of a connection that was open. */
  onDisconnect(listener: (address: string) => void): void;
  readonly counters: Readonly<RemotingCounters>;
  /** Closes everything; pending calls fail. Idempotent. */
  stop(): Promise<void>;
}

const CONNECT_TIMEOUT_MS = 3000;
/** Read into again and again: without it, each read takes 64 KiB from the system and leaves them to the garbage collector. */
const READ_BUFFER_BYTES = 64 * 1024;
/** The first failure is free: a server that restarts is found at once. */
const BACK_OFF_MS_FIRST = 50;
const BACK_OFF_MS_MAX = 1000;

/** One address and the way to it. */
interface Route {
  connection: SocketConnection | undefined;
  /** Resolves when the dial under way has ended, either way. */
  dial: Promise<SocketConnection> | undefined;
  /** Calls that wait for the dial; settled ones are passed over. */
  waiting: Invocation[];
  failureCount: number;
  retryAtMs: number;
  lastFailure: string;
}

export function createRemotingClient(options: RemotingClientOptions): RemotingClient {
  const { env, language } = options;
  const hooks = options.hooks ?? [];
  const connectTimeoutMs = options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS;
  const routes = new Map<string, Route>();
  const disconnectListeners: ((address: string) => void)[] = [];
  let isStopped = false;

  const endpoint = new Endpoint({
    env,
    dispatcher: options.dispatcher ?? new Dispatcher({ log: env.log }),
    serializeType: options.serializeType ?? SerializeType.JSON,
    limits: options.limits,
    expireWaiting,
  });

  function routeTo(address: string): Route {
    let route = routes.get(address);
    if (route === undefined) {
      route = { connection: undefined, dial: undefined, waiting: [], failureCount: 0, retryAtMs: 0, lastFailure: '' };
      routes.set(address, route);
    }
    return route;
  }

  /** The dial under way, or a new one. Rejects at once while the pause after a failure lasts. */
  function dial(address: string, route: Route): Promise<SocketConnection> {
    if (route.dial !== undefined) return route.dial;
    if (env.clock.monotonicMs() < route.retryAtMs) return Promise.reject(new RemotingConnectError(address, route.lastFailure));
    const attempt = open(address, route).finally(() => {
      route.dial = undefined;
    });
    route.dial = attempt;
    return attempt;
  }

  async function open(address: string, route: Route): Promise<SocketConnection> {
    try {
      const { host, port } = parseAddress(address);
      const conn = await env.net.connect({ host, port, timeoutMs: connectTimeoutMs, readBufferBytes: READ_BUFFER_BYTES });
      // No await from here to the adoption: the handler has to be set in the turn of the connect.
      const connection = endpoint.adopt(conn);
      if (isStopped || routes.get(address) !== route) {
        connection.close('nobody asks for it any more');
        throw new RemotingConnectError(address, 'the client closed it');
      }
      route.connection = connection;
      route.failureCount = 0;
      route.retryAtMs = 0;
      connection.onClose(() => {
        if (route.connection === connection) route.connection = undefined;
        if (routes.get(address) === route) routes.delete(address);
        for (const listener of disconnectListeners) listener(address);
      });
      return connection;
    } catch (error) {
      if (!(error instanceof RmqError)) throw error;
      const reason = error.message.replace(`cannot connect to ${address}: `, '');
      const failure = error instanceof RemotingConnectError ? error : new RemotingConnectError(address, reason, error);
      route.lastFailure = reason;
      route.retryAtMs = env.clock.monotonicMs() + backOffMs(route.failureCount++);
      throw failure;
    }
  }

  function expireWaiting(nowMs: number): boolean {
    let isAnyWaiting = false;
    for (const route of routes.values()) {
      for (const invocation of route.waiting) {
        if (invocation.isSettled) continue;
        if (invocation.deadlineMs <= nowMs) invocation.expire();
        else isAnyWaiting = true;
      }
    }
    return isAnyWaiting;
  }

  /** Sends now when connected; else queues behind the dial, in order. */
  function submit(address: string, invocation: Invocation): void {
    if (invocation.isSettled) return;
    const route = routeTo(address);
    if (route.connection !== undefined) {
      route.connection.send(invocation);
      return;
    }
    route.waiting.push(invocation);
    endpoint.watchDeadlines();
    if (route.waiting.length > 1) return;
    dial(address, route).then(
      (connection) => {
        for (const each of takeWaiting(route)) connection.send(each);
      },
      (error: unknown) => {
        for (const each of takeWaiting(route)) each.fail(error as Error);
      },
    );
  }

  function invoke(address: string, command: RemotingCommand, options: InvokeOptions): Promise<RemotingCommand> {
    if (isStopped) return Promise.reject(new RemotingConnectError(address, 'the client is stopped'));
    command.language = language;
    return hooks.length === 0 ? begin(address, command, options) : invokeHooked(address, command, options);
  }

  async function invokeHooked(address: string, command: RemotingCommand, options: InvokeOptions): Promise<RemotingCommand> {
    for (const hook of hooks) hook.beforeRequest(address, command);
    const response = await begin(address, command, options);
    for (const hook of hooks) hook.afterResponse(address, command, response);
    return response;
  }

  /** Not async: the invocation's own promise is the only one. */
  function begin(address: string, command: RemotingCommand, { timeoutMs, signal }: InvokeOptions): Promise<RemotingCommand> {
    const deadlineMs = env.clock.monotonicMs() + timeoutMs;
    const invocation = new Invocation({ address, command, timeoutMs, deadlineMs, signal });
    submit(address, invocation);
    return invocation.promise;
  }

  async function oneway(address: string, command: RemotingCommand): Promise<void> {
    if (isStopped) throw new RemotingConnectError(address, 'the client is stopped');
    command.language = language;
    for (const hook of hooks) hook.beforeRequest(address, command);
    const route = routeTo(address);
    const connection = route.connection ?? (await dial(address, route));
    connection.oneway(command);
  }

  function close(address: string): void {
    const route = routes.get(address);
    if (route === undefined) return;
    routes.delete(address);
    route.connection?.close('closed by the client');
    for (const each of takeWaiting(route)) each.fail(new RemotingConnectError(address, 'the client closed it'));
  }

  async function stop(): Promise<void> {
    if (isStopped) return;
    isStopped = true;
    const dials = [...routes.values()].map((route) => route.dial);
    for (const address of [...routes.keys()]) close(address);
    await Promise.allSettled(dials);
    endpoint.dispose();
  }

  return {
    invoke,
    oneway,
    close,
    stop,
    onDisconnect(listener) {
      disconnectListeners.push(listener);
    },
    counters: endpoint.counters,
  };
}

function takeWaiting(route: Route): Invocation[] {
  const waiting = route.waiting;
  route.waiting = [];
  return waiting;
}

function backOffMs(failureCount: number): number {
  if (failureCount === 0) return 0;
  return Math.min(BACK_OFF_MS_FIRST * 2 ** Math.min(failureCount - 1, 10), BACK_OFF_MS_MAX);
}

