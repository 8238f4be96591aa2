import type { Log } from '@rocketmq-ts/kernel';
import {
  createResponse,
  type DataVersion,
  GetBrokerConfigResponseHeader,
  parseProperties,
  type PropertyEntry,
  type RemotingCommand,
  RequestCode,
  ResponseCode,
  writeProperties,
} from '@rocketmq-ts/remoting-protocol';
import type { Connection, RequestHandler } from '@rocketmq-ts/remoting';

import { BROKER_LIMITS } from '../../limits.ts';
import type { Refusal } from '../refusal.ts';
import { bodyResponse } from './body-response.ts';

/** The configuration as requests see it. */
export interface ConfigAccess {
  /** Every known key with its value in force, as text. */
  entries(): Iterable<readonly [string, string]>;
  readonly version: DataVersion;
  /** All of the entries or, with a reason, none. */
  update(entries: readonly PropertyEntry[]): Refusal | undefined;
}

/** Requests 25 and 26. Source: broker/processor/AdminBrokerProcessor.java (4.6.0) */
export function configHandlers(log: Log, config: ConfigAccess): ReadonlyMap<number, RequestHandler> {
  return new Map<number, RequestHandler>([
    [RequestCode.UPDATE_BROKER_CONFIG, (request, connection) => updateConfig(log, config, request, connection)],
    [RequestCode.GET_BROKER_CONFIG, (request) => showConfig(config, request)],
  ]);
}

/**
 * Java differs: it takes any known key, paths included (CVE-2023-33246), and drops values it can't read. Here a key
 * must be on the list of those that act at once, and every value sound; else nothing changes.
 */
function updateConfig(log: Log, config: ConfigAccess, request: RemotingCommand, connection: Connection): RemotingCommand {
  if (request.body === undefined) return createResponse(request, ResponseCode.SUCCESS);
  if (request.body.length > BROKER_LIMITS.configUpdateBytes) {
    return createResponse(request, ResponseCode.SYSTEM_ERROR, `an update of more than ${BROKER_LIMITS.configUpdateBytes} bytes`);
  }
  const entries = parseProperties(request.body.toString('utf8'));
  const refusal = config.update(entries);
  const keys = entries.map(({ key }) => key).join(' ').slice(0, 200);
  if (refusal !== undefined) {
    log.warn('An update of the configuration was refused.', { keys, client: connection.remoteAddress, reason: refusal.remark });
    return createResponse(request, refusal.code, refusal.remark);
  }
  log.info('The configuration was changed.', { keys, client: connection.remoteAddress });
  return createResponse(request, ResponseCode.SUCCESS);
}

function showConfig(config: ConfigAccess, request: RemotingCommand): RemotingCommand {
  const response = bodyResponse(request, Buffer.from(writeProperties(config.entries()), 'utf8'));
  const { counter, timestamp } = config.version;
  response.extFields = GetBrokerConfigResponseHeader.encode({ version: `{"counter":${counter},"timestamp":${timestamp}}` });
  return response;
}
