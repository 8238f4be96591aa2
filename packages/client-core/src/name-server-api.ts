/**
 * Questions to the name servers. A server that can't be reached is left for the next one within the same call; one
 * that is silent is left for the next call.
 */
import {
  type ClusterInfo,
  decodeClusterInfo,
  decodeTopicRouteData,
  GetRouteInfoRequestHeader,
  RemotingCommand,
  RequestCode,
  ResponseCode,
  type TopicRouteData,
} from '@rocketmq-ts/remoting-protocol';
import { MQAbortError } from './errors.ts';
import { brokerError, type CallOptions, type Invoker, invokeAbortable } from './invoker.ts';
import type { NameServerList } from './name-server-list.ts';

export class NameServerApi {
  readonly list: NameServerList;
  readonly #invoker: Invoker;

  constructor(list: NameServerList, invoker: Invoker) {
    this.list = list;
    this.#invoker = invoker;
  }

  /** Answer of the first server that can be reached, whatever its code, and its address. @throws Remoting*Error of the last one tried */
  async invoke(makeCommand: () => RemotingCommand, options: CallOptions): Promise<{ response: RemotingCommand; address: string }> {
    let failure: unknown;
    for (let left = this.list.addresses.length; left > 0; left -= 1) {
      const address = this.list.current;
      try {
        return { response: await invokeAbortable(this.#invoker, address, makeCommand(), options), address };
      } catch (error) {
        if (error instanceof MQAbortError) throw error;
        this.list.leave(address);
        failure = error;
        if (isTimeout(error)) break;
      }
    }
    throw failure;
  }

  async call(makeCommand: () => RemotingCommand, options: CallOptions): Promise<RemotingCommand> {
    const { response, address } = await this.invoke(makeCommand, options);
    if (response.code !== ResponseCode.SUCCESS) throw brokerError(response, address);
    return response;
  }

  /** Undefined: the name server knows no such topic (17). */
  async topicRoute(topic: string, options: CallOptions): Promise<TopicRouteData | undefined> {
    const { response, address } = await this.invoke(
      () => new RemotingCommand(RequestCode.GET_ROUTEINTO_BY_TOPIC, GetRouteInfoRequestHeader.encode({ topic })),
      options,
    );
    if (response.code === ResponseCode.TOPIC_NOT_EXIST) return undefined;
    if (response.code !== ResponseCode.SUCCESS || response.body === undefined) throw brokerError(response, address);
    return decodeTopicRouteData(response.body);
  }

  async clusterInfo(options: CallOptions): Promise<ClusterInfo | undefined> {
    const response = await this.call(() => new RemotingCommand(RequestCode.GET_BROKER_CLUSTER_INFO), options);
    return response.body === undefined ? undefined : decodeClusterInfo(response.body);
  }
}

function isTimeout(error: unknown): boolean {
  return (error as { code?: unknown }).code === 'REMOTING_TIMEOUT';
}
