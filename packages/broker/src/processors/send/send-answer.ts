import { createResponse, encodeOffsetMsgId, type RemotingCommand, ResponseCode } from '@rocketmq-ts/remoting-protocol';
import type { Connection } from '@rocketmq-ts/remoting';
import type { Appended, DurabilityWaiter, PutStatus } from '@rocketmq-ts/store';

import { notStored, storedCode } from './put-status.ts';
import type { SendPorts } from './send-ports.ts';

/** Where a message went, as the sender is told. */
export interface SentTo {
  readonly topic: string;
  /** The queue that was asked for or drawn, also when a dead letter went elsewhere: so answers Java. */
  readonly queueId: number;
}

/**
 * A stored message's answer on its way: the one object a send leaves behind. It goes out when the store says what
 * became of the record, and not before the topic itself is on disk.
 */
export class SendAnswer implements DurabilityWaiter {
  readonly #ports: SendPorts;
  readonly #connection: Connection;
  readonly #request: RemotingCommand;
  readonly #place: SentTo;
  readonly #appended: Appended;

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
    const refusal = code === undefined ? notStored(status, this.#ports.diskUse) : undefined;
    const response = sendResponse(this.#ports, this.#request, refusal?.code ?? code ?? ResponseCode.SYSTEM_ERROR, refusal?.remark);
    if (refusal === undefined) {
      const fields = response.extFields as Map<string, string>;
      fields.set('msgId', this.#messageIds());
      fields.set('queueId', String(this.#place.queueId));
      fields.set('queueOffset', String(this.#appended.queueOffset));
    }
    this.#connection.respond(this.#request, response);
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
