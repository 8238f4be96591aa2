/**
 * The two verbs of the transport that the client needs, and the one place where an answer's code becomes an error.
 */
import { type RemotingCommand, responseCodeName } from '@rocketmq-ts/remoting-protocol';
import { MQAbortError, MQBrokerError, throwIfAborted } from './errors.ts';

export interface CallOptions {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

export interface Invoker {
  /** Resolves with the answer, whatever its code. @throws Remoting*Error */
  invoke(address: string, command: RemotingCommand, options: CallOptions): Promise<RemotingCommand>;
  /** Resolves when the request has been handed to the connection. */
  oneway(address: string, command: RemotingCommand): Promise<void>;
}

const SUCCESS = 0;

/** Answer of code SUCCESS. @throws MQBrokerError for any other code, MQAbortError, Remoting*Error */
export async function call(invoker: Invoker, address: string, command: RemotingCommand, options: CallOptions): Promise<RemotingCommand> {
  const response = await invokeAbortable(invoker, address, command, options);
  if (response.code !== SUCCESS) throw brokerError(response, address);
  return response;
}

/** Answer of any code; an abort by the caller's signal is an MQAbortError. */
export function invokeAbortable(
  invoker: Invoker,
  address: string,
  command: RemotingCommand,
  options: CallOptions,
): Promise<RemotingCommand> {
  return options.signal === undefined ? invoker.invoke(address, command, options) : invokeWithSignal(invoker, address, command, options, options.signal);
}

async function invokeWithSignal(invoker: Invoker, address: string, command: RemotingCommand, options: CallOptions, signal: AbortSignal): Promise<RemotingCommand> {
  if (signal.aborted) throwIfAborted(signal, nameOf(command, address));
  try {
    return await invoker.invoke(address, command, options);
  } catch (error) {
    if (signal.aborted) throw new MQAbortError(nameOf(command, address), signal.reason);
    throw error;
  }
}

function nameOf(command: RemotingCommand, address: string): string {
  return `The request ${command.code} to ${address}`;
}

export function brokerError(response: RemotingCommand, address: string): MQBrokerError {
  return new MQBrokerError(response.code, response.remark, address, responseCodeName(response.code));
}
