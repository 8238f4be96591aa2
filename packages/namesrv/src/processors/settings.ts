/**
 * Tools read the settings, and change the few that may be changed.
 *
 * Source: namesrv/processor/DefaultRequestProcessor.java (4.6.0)
 */
import type { Log } from '@rocketmq-ts/kernel';
import type { Dispatcher } from '@rocketmq-ts/remoting';
import { createResponse, parseProperties, RequestCode, ResponseCode } from '@rocketmq-ts/remoting-protocol';
import type { LiveSettings } from '../live-settings.ts';

/** More than all settings together; the rest of the text would be an attack. */
const TEXT_BYTES_MAX = 64 * 1024;

export function registerSettingsProcessors(dispatcher: Dispatcher, { log, settings }: { readonly log: Log; readonly settings: LiveSettings }): void {
  dispatcher.register([RequestCode.GET_NAMESRV_CONFIG], (request) => {
    const response = createResponse(request, ResponseCode.SUCCESS);
    response.body = Buffer.from(settings.text(), 'utf8');
    return response;
  });

  dispatcher.register([RequestCode.UPDATE_NAMESRV_CONFIG], (request, connection) => {
    const { body } = request;
    if (body === undefined) return createResponse(request, ResponseCode.SUCCESS);
    if (body.length > TEXT_BYTES_MAX) return createResponse(request, ResponseCode.SYSTEM_ERROR, 'string2Properties error');
    const entries = parseProperties(body.toString('utf8'));
    settings.update(entries).then(
      () => connection.respond(request, createResponse(request, ResponseCode.SUCCESS)),
      (error: unknown) => connection.respond(request, dispatcher.failureResponse(request, connection, error)),
    );
    log.info('settings updated', { keys: entries.map(({ key }) => key).join(' '), remote: connection.remoteAddress });
    return undefined;
  });
}
