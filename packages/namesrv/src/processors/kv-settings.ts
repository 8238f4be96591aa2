/**
 * Tools put, read and delete namespaced settings. Changes are answered when they are durable.
 *
 * Source: namesrv/processor/DefaultRequestProcessor.java (4.6.0)
 */
import type { Log } from '@rocketmq-ts/kernel';
import type { Connection, Dispatcher } from '@rocketmq-ts/remoting';
import {
  createResponse,
  DeleteKVConfigRequestHeader,
  encodeKVTable,
  GetKVConfigRequestHeader,
  GetKVConfigResponseHeader,
  GetKVListByNamespaceRequestHeader,
  PutKVConfigRequestHeader,
  type RemotingCommand,
  RequestCode,
  ResponseCode,
} from '@rocketmq-ts/remoting-protocol';
import type { KvConfig } from '../kv-config.ts';

export function registerKvProcessors(dispatcher: Dispatcher, { log, kvConfig }: { readonly log: Log; readonly kvConfig: KvConfig }): void {
  dispatcher.register([RequestCode.PUT_KV_CONFIG], (request, connection) => {
    const { namespace, key, value } = PutKVConfigRequestHeader.decode(request.extFields);
    answerWhenDurable(kvConfig.put(namespace, key, value), request, connection);
    log.info('KV configuration put', { namespace, key, remote: connection.remoteAddress });
    return undefined;
  });

  dispatcher.register([RequestCode.DELETE_KV_CONFIG], (request, connection) => {
    const { namespace, key } = DeleteKVConfigRequestHeader.decode(request.extFields);
    answerWhenDurable(kvConfig.delete(namespace, key), request, connection);
    log.info('KV configuration deleted', { namespace, key, remote: connection.remoteAddress });
    return undefined;
  });

  dispatcher.register([RequestCode.GET_KV_CONFIG], (request) => {
    const { namespace, key } = GetKVConfigRequestHeader.decode(request.extFields);
    const value = kvConfig.get(namespace, key);
    if (value === undefined) return createResponse(request, ResponseCode.QUERY_NOT_FOUND, `No config item, Namespace: ${namespace} Key: ${key}`);
    const response = createResponse(request, ResponseCode.SUCCESS);
    response.extFields = GetKVConfigResponseHeader.encode({ value });
    return response;
  });

  dispatcher.register([RequestCode.GET_KVLIST_BY_NAMESPACE], (request) => {
    const { namespace } = GetKVListByNamespaceRequestHeader.decode(request.extFields);
    const table = kvConfig.list(namespace);
    if (table === undefined) return createResponse(request, ResponseCode.QUERY_NOT_FOUND, `No config item, Namespace: ${namespace}`);
    const response = createResponse(request, ResponseCode.SUCCESS);
    response.body = encodeKVTable(table);
    return response;
  });

  function answerWhenDurable(change: Promise<void>, request: RemotingCommand, connection: Connection): void {
    change.then(
      () => connection.respond(request, createResponse(request, ResponseCode.SUCCESS)),
      (error: unknown) => connection.respond(request, dispatcher.failureResponse(request, connection, error)),
    );
  }
}
