export type { Answerable, Connection, EncodedAnswer, RequestHook } from './connection.ts';
export { Dispatcher, type DispatcherOptions, type RawFrameHandler, type RequestHandler } from './dispatcher.ts';
export {
  RemotingConnectError,
  RemotingListenError,
  RemotingSendRequestError,
  RemotingTimeoutError,
  RemotingTooMuchRequestError,
  ResponseError,
} from './errors.ts';
export { DEFAULT_REMOTING_LIMITS, type RemotingCounters, type RemotingLimits } from './limits.ts';
export { peekCode } from './peek-code.ts';
export { parseAddress } from './peer-address.ts';
export { createRemotingClient, type InvokeOptions, type RemotingClient, type RemotingClientOptions } from './remoting-client.ts';
export { createRemotingServer, type RemotingServer, type RemotingServerOptions } from './remoting-server.ts';
