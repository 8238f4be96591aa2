/** What the broker said about a message, and Java's text for it. Source: client/producer/SendResult.java (4.6.0) */
import { formatMessageQueue, type SendStatus } from '@rocketmq-ts/client-core';
import type { MessageQueue } from '@rocketmq-ts/remoting-protocol';

export class SendResult {
  /** SEND_OK: stored as the broker's settings demand. The others: stored, but not yet flushed or copied. */
  readonly sendStatus: SendStatus;
  /** UNIQ_KEY of the message; of a batch all of them, joined by commas. */
  readonly msgId: string;
  /** Where the record is; of a batch all of them, joined by commas. */
  readonly offsetMsgId: string;
  readonly messageQueue: MessageQueue;
  readonly queueOffset: number;
  readonly transactionId: string | undefined;
  readonly regionId: string;
  readonly traceOn: boolean;

  constructor(fields: Omit<SendResult, 'toString'>) {
    this.sendStatus = fields.sendStatus;
    this.msgId = fields.msgId;
    this.offsetMsgId = fields.offsetMsgId;
    this.messageQueue = fields.messageQueue;
    this.queueOffset = fields.queueOffset;
    this.transactionId = fields.transactionId;
    this.regionId = fields.regionId;
    this.traceOn = fields.traceOn;
  }

  toString(): string {
    return formatSendResult(this);
  }
}

export function formatSendResult(result: Omit<SendResult, 'toString'>): string {
  return (
    `SendResult [sendStatus=${result.sendStatus}, msgId=${result.msgId}, offsetMsgId=${result.offsetMsgId}, ` +
    `messageQueue=${formatMessageQueue(result.messageQueue)}, queueOffset=${result.queueOffset}]`
  );
}
