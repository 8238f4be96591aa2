import { createResponse, type RemotingCommand, ResponseCode } from '@rocketmq-ts/remoting-protocol';

/** Success, with a body. */
export function bodyResponse(request: RemotingCommand, body: Buffer): RemotingCommand {
  const response = createResponse(request, ResponseCode.SUCCESS);
  response.body = body;
  return response;
}
