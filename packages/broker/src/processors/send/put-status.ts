import { ResponseCode } from '@rocketmq-ts/remoting-protocol';
import type { PutStatus } from '@rocketmq-ts/store';

import type { Refusal } from '../refusal.ts';
import type { DiskUse } from './send-ports.ts';

/**
 * What the store says of a message → what the sender hears.
 *
 * Source: broker/processor/SendMessageProcessor.java handlePutMessageResult (4.6.0)
 */

/** The code of a message that is in the log, whether or not it is as durable as was asked for; else undefined. */
export function storedCode(status: PutStatus): number | undefined {
  switch (status) {
    case 'PUT_OK':
      return ResponseCode.SUCCESS;
    case 'FLUSH_DISK_TIMEOUT':
      return ResponseCode.FLUSH_DISK_TIMEOUT;
    case 'FLUSH_SLAVE_TIMEOUT':
      return ResponseCode.FLUSH_SLAVE_TIMEOUT;
    case 'SLAVE_NOT_AVAILABLE':
      return ResponseCode.SLAVE_NOT_AVAILABLE;
    default:
      return undefined;
  }
}

/** The refusal of a message that is not in the log. */
export function notStored(status: PutStatus, diskUse: DiskUse): Refusal {
  if (status === 'MESSAGE_ILLEGAL' || status === 'PROPERTIES_SIZE_EXCEEDED') {
    return {
      code: ResponseCode.MESSAGE_ILLEGAL,
      remark:
        'the message is illegal, maybe msg body or properties length not matched. msg body length limit 128k, msg properties length limit 32k.',
    };
  }
  const log = diskUse.commitLogDiskRatio.toFixed(2).padStart(5);
  const derived = diskUse.consumeQueueDiskRatio.toFixed(2).padStart(5);
  return {
    code: ResponseCode.SERVICE_NOT_AVAILABLE,
    remark: `service not available now, maybe disk full, CL: ${log} CQ: ${derived} INDEX: ${derived}, maybe your broker machine memory too small.`,
  };
}
