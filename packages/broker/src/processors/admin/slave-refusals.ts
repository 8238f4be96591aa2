import { createResponse, RequestCode, ResponseCode } from '@rocketmq-ts/remoting-protocol';
import type { RequestHandler } from '@rocketmq-ts/remoting';

const CHANGES_OF_TABLES = [
  RequestCode.UPDATE_AND_CREATE_TOPIC,
  RequestCode.DELETE_TOPIC_IN_BROKER,
  RequestCode.UPDATE_AND_CREATE_SUBSCRIPTIONGROUP,
  RequestCode.DELETE_SUBSCRIPTIONGROUP,
] as const;

/**
 * What a slave answers to those who would change its topics and groups, which are its master's.
 *
 * Java differs: its slave takes the change, says so, and forgets it with the next copy of the master's tables.
 */
export function slaveRefusals(masterAddr: () => string | undefined): ReadonlyMap<number, RequestHandler> {
  const refuse: RequestHandler = (request) => {
    const address = masterAddr();
    const remark = `this broker is a slave; its topics and groups are changed at its master${address === undefined ? '' : ` ${address}`}`;
    return createResponse(request, ResponseCode.NO_PERMISSION, remark);
  };
  return new Map(CHANGES_OF_TABLES.map((code) => [code, refuse]));
}
