/**
 * What a failed attempt means: try another broker, or tell the application. Pure.
 *
 * Source: client/impl/producer/DefaultMQProducerImpl.java sendDefaultImpl (4.6.0)
 */
import { ClientErrorCode, MQAbortError, MQBrokerError, MQClientError } from '@rocketmq-ts/client-core';
import { RmqError } from '@rocketmq-ts/kernel';
import { ResponseCode } from '@rocketmq-ts/remoting-protocol';

/** Answers after which another broker may do better. SYSTEM_BUSY is not among them: the broker asks for less, not for more. */
const RETRYABLE_ANSWERS: ReadonlySet<number> = new Set([
  ResponseCode.TOPIC_NOT_EXIST,
  ResponseCode.SERVICE_NOT_AVAILABLE,
  ResponseCode.SYSTEM_ERROR,
  ResponseCode.NO_PERMISSION,
  ResponseCode.NO_BUYER_ID,
  ResponseCode.NOT_IN_CURRENT_UNIT,
]);

/** False: the error goes to the application as it is. */
export function mayTryAgain(error: unknown): boolean {
  if (error instanceof MQAbortError) return false;
  if (error instanceof MQBrokerError) return RETRYABLE_ANSWERS.has(error.responseCode);
  if (error instanceof MQClientError) return error.code === 'RMQ_NO_BROKER';
  // Everything the transport reports. What is no operating error is a defect and must not be hidden by a retry.
  return error instanceof RmqError;
}

/** Java's code for the error of the last attempt. */
export function finalResponseCode(error: unknown): number | undefined {
  if (error instanceof MQBrokerError) return error.responseCode;
  if (!(error instanceof RmqError)) return undefined;
  switch (error.code) {
    case 'REMOTING_CONNECT':
      return ClientErrorCode.CONNECT_BROKER_EXCEPTION;
    case 'REMOTING_TIMEOUT':
      return ClientErrorCode.ACCESS_BROKER_TIMEOUT;
    case 'RMQ_NO_BROKER':
      return ClientErrorCode.BROKER_NOT_EXIST_EXCEPTION;
    default:
      return undefined;
  }
}

/** What somebody can do about it. */
export function finalHint(error: unknown, topic: string): string | undefined {
  const code = error instanceof RmqError ? error.code : undefined;
  if (code === 'REMOTING_CONNECT') {
    return (
      `Cause: a broker's registered address can't be reached from here. Is it running, and is the address (brokerIP1 in its ` +
      `configuration) one that this machine can reach? Check: sh bin/mqadmin topicRoute -n NAMESRV -t '${topic}'`
    );
  }
  if (error instanceof MQBrokerError && error.responseCode === ResponseCode.SERVICE_NOT_AVAILABLE) {
    return 'Cause: the broker accepts no writes at the moment, most often because its disk is full or it is a slave. Check: sh bin/mqadmin brokerStatus';
  }
  return undefined;
}
