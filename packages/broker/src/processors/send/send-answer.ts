import {
  type ByteWriter,
  createResponse,
  encodeOffsetMsgId,
  encodeSendMessageResponse,
  type RemotingCommand,
  ResponseCode,
} from '@rocketmq-ts/remoting-protocol';
import type { Connection, EncodedAnswer } from '@rocketmq-ts/remoting';
import type { Appended, DurabilityWaiter, PutStatus } from '@rocketmq-ts/store';

import type { MessageType } from '../../stats/topic-traffic.ts';
import { notStored, storedCode } from './put-status.ts';
import type { SendPorts } from './send-ports.ts';

/** Where a message went, as the sender is told. */
export interface SentTo {
  readonly topic: string;
  /** The queue that was asked for or drawn, also when a dead letter went elsewhere: so answers Java. */
  readonly queueId: number;
  readonly messageType: MessageType;
}

/**
 * A stored message's answer on its way: the one object a send leaves behind. It goes out when the store says what
 * became of the record, and not before the topic itself is on disk.
 */
export class SendAnswer implements DurabilityWaiter, EncodedAnswer {
  readonly #ports: SendPorts;
  readonly #connection: Connection;
  readonly #request: RemotingCommand;
  readonly #place: SentTo;
  readonly #appended: Appended;
  #code: number = ResponseCode.SYSTEM_ERROR;

  constructor(ports: SendPorts, connection: Connection, request: RemotingCommand, place: SentTo, appended: Appended) {
    this.#ports = ports;
    this.#connection = connection;
    this.#request = request;
    this.#place = place;
    this.#appended = appended;
  }

  settle(status: PutStatus): void {
    if (this.#ports.unsaved.isSaved(this.#place.topic)) this.#answer(status);
    else this.#ports.unsaved.whenSaved(this.#place.topic, () => this.#answer(status));
  }

  #answer(status: PutStatus): void {
    const code = storedCode(status);
    this.#ports.putTimes.record(this.#ports.env.clock.wallMs() - this.#appended.storeTimestamp);
    if (code === undefined) {
      const refusal = notStored(status, this.#ports.diskUse);
      this.#connection.respond(this.#request, sendResponse(this.#ports, this.#request, refusal.code, refusal.remark));
      return;
    }
    this.#code = code;
    const { physicalOffset, endOffset, physicalOffsets } = this.#appended;
    this.#ports.traffic?.stored(this.#place.topic, this.#place.messageType, physicalOffsets.length, endOffset - physicalOffset);
    if (!this.#connection.respondEncoded(this.#request, this)) this.#connection.respond(this.#request, this.#command());
  }

  /** The usual way: straight into the connection's output. */
  encodeTo(out: ByteWriter): void {
    const { facts, live } = this.#ports;
    encodeSendMessageResponse(out, {
      opaque: this.#request.opaque,
      code: this.#code,
      msgIdPrefix: facts.msgIdPrefix,
      physicalOffsets: this.#appended.physicalOffsets,
      queueId: this.#place.queueId,
      queueOffset: this.#appended.queueOffset,
      regionId: facts.regionId,
      traceOn: live.traceOn,
    });
  }

  /** The same as a command, fields in the same order. */
  #command(): RemotingCommand {
    const response = createResponse(this.#request, this.#code);
    response.extFields = new Map([
      ['queueId', String(this.#place.queueId)],
      ['TRACE_ON', String(this.#ports.live.traceOn)],
      ['MSG_REGION', this.#ports.facts.regionId],
      ['msgId', this.#messageIds()],
      ['queueOffset', String(this.#appended.queueOffset)],
    ]);
    return response;
  }

  #messageIds(): string {
    const { physicalOffsets } = this.#appended;
    const host = this.#ports.facts.storeHost;
    if (physicalOffsets.length === 1) return encodeOffsetMsgId(host, this.#appended.physicalOffset);
    return physicalOffsets.map((offset) => encodeOffsetMsgId(host, offset)).join(',');
  }
}

/** An answer to a send, with the two fields that each of them has, successful or not. */
export function sendResponse(ports: SendPorts, request: RemotingCommand, code: number, remark: string | undefined): RemotingCommand {
  const response = createResponse(request, code, remark);
  response.extFields = new Map([
    ['MSG_REGION', ports.facts.regionId],
    ['TRACE_ON', String(ports.live.traceOn)],
  ]);
  return response;
}
