/**
 * Header classes that come so often that their fields are read as values at once. A guess by the code alone, which may be
 * a request's or an answer's: fields that are of no class named here, or are spelled in another way, become texts.
 *
 * Source: the header classes named here (4.6.0)
 */
import { RequestCode } from '../codes/request-code.ts';
import { ResponseCode } from '../codes/response-code.ts';
import { decodeCommandBy } from '../command/command-codec.ts';
import type { ExpectedLayouts, HeaderLayout } from '../command/header-layout.ts';
import type { RemotingCommand } from '../command/remoting-command.ts';
import type { Frame } from '../frame/frame-decoder.ts';
import { QueryConsumerOffsetRequestHeader } from './client/query-consumer-offset.ts';
import { UpdateConsumerOffsetRequestHeader } from './client/update-consumer-offset.ts';
import { GetMaxOffsetRequestHeader } from './data/get-max-offset.ts';
import { PullMessageRequestHeader, PullMessageResponseHeader } from './data/pull-message.ts';
import { SendMessageAnswerHeader } from './data/send-message.ts';
import { SendMessageRequestHeaderV2 } from './data/send-message-v2.ts';
import { GetRouteInfoRequestHeader } from './namesrv/get-routeinto-by-topic.ts';

const NONE: readonly HeaderLayout[] = [];

const expected = new Map<number, HeaderLayout[]>();

function expect(code: number, { layout }: { readonly layout: HeaderLayout }): void {
  const others = expected.get(code) ?? [];
  expected.set(code, [...others, layout]);
}

expect(RequestCode.PULL_MESSAGE, PullMessageRequestHeader);
expect(RequestCode.UPDATE_CONSUMER_OFFSET, UpdateConsumerOffsetRequestHeader);
expect(RequestCode.QUERY_CONSUMER_OFFSET, QueryConsumerOffsetRequestHeader);
expect(RequestCode.GET_MAX_OFFSET, GetMaxOffsetRequestHeader);
expect(RequestCode.GET_ROUTEINTO_BY_TOPIC, GetRouteInfoRequestHeader);
expect(RequestCode.SEND_MESSAGE_V2, SendMessageRequestHeaderV2);
expect(RequestCode.SEND_BATCH_MESSAGE, SendMessageRequestHeaderV2);
for (const code of [ResponseCode.SUCCESS, ResponseCode.FLUSH_DISK_TIMEOUT, ResponseCode.FLUSH_SLAVE_TIMEOUT, ResponseCode.SLAVE_NOT_AVAILABLE]) expect(code, SendMessageAnswerHeader);
for (const code of [ResponseCode.SUCCESS, ResponseCode.PULL_NOT_FOUND, ResponseCode.PULL_RETRY_IMMEDIATELY, ResponseCode.PULL_OFFSET_MOVED]) expect(code, PullMessageResponseHeader);

export const expectedLayouts: ExpectedLayouts = (code) => expected.get(code) ?? NONE;

/**
 * The command of a frame, with the fields of frequent headers as values; its body stays a view of the frame.
 *
 * @throws ProtocolError when the header can't be read: close the connection, its opaque is not known
 */
export function decodeCommand(frame: Frame): RemotingCommand {
  return decodeCommandBy(expectedLayouts, frame);
}
