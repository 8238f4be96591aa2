import {
  type ByteWriter,
  encodeOffsetMsgId,
  encodeSendMessageResponse,
  RemotingCommand,
  ResponseCode,
  type SendMessageResponseFields,
} from '@rocketmq-ts/remoting-protocol';
import type { Answerable, Connection, EncodedAnswer } from '@rocketmq-ts/remoting';
import type { Appended, DurabilityWaiter, PutStatus } from '@rocketmq-ts/store';

import { MessageType } from '../../stats/topic-traffic.ts';
import { notStored, storedCode } from './put-status.ts';
import type { SendPorts } from './send-ports.ts';

/** Idle answers kept for further sends: as many as are usually under way, and no more after a flood. */
const IDLE_COUNT_MAX = 4096;

/**
 * Lends an answer to each send. What waits for a slave would outlive the garbage collector's quick rounds; so the
 * objects are used again, and hold what they need themselves.
 */
export class SendAnswers {
  readonly #ports: SendPorts;
  readonly #idle: SendAnswer[] = [];
  readonly #takeBack = (answer: SendAnswer): void => {
    if (this.#idle.length < IDLE_COUNT_MAX) this.#idle.push(answer);
  };

  constructor(ports: SendPorts) {
    this.#ports = ports;
  }

  /** The answer to a request of this connection; what it says is given to `storedAt`. It comes back by itself. */
  to(connection: Connection, { opaque, isOneway }: Answerable): SendAnswer {
    const answer = this.#idle.pop() ?? new SendAnswer(this.#ports, this.#takeBack);
    answer.connection = connection;
    answer.opaque = opaque;
    answer.isOneway = isOneway;
    return answer;
  }
}

/**
 * A stored message's answer on its way: the one object a send leaves behind. It goes out when the store says what
 * became of the record, and not before the topic itself is on disk.
 */
export class SendAnswer implements DurabilityWaiter, EncodedAnswer, SendMessageResponseFields {
  readonly msgIdPrefix: Buffer;
  readonly regionId: string;
  readonly #ports: SendPorts;
  readonly #takeBack: (answer: SendAnswer) => void;
  connection: Connection | undefined;
  opaque = 0;
  isOneway = false;
  code: number = ResponseCode.SYSTEM_ERROR;
  #topic = '';
  /** The queue that was asked for or drawn, also when a dead letter went elsewhere: so answers Java. */
  queueId = 0;
  #messageType: MessageType = MessageType.NORMAL;
  queueOffset = 0;
  physicalOffsets: readonly number[] = [];
  #sizeBytes = 0;
  #storeTimestamp = 0;

  constructor(ports: SendPorts, takeBack: (answer: SendAnswer) => void) {
    this.#ports = ports;
    this.#takeBack = takeBack;
    this.msgIdPrefix = ports.facts.msgIdPrefix;
    this.regionId = ports.facts.regionId;
  }

  get traceOn(): boolean {
    return this.#ports.live.traceOn;
  }

  /** What it says. */
  storedAt(appended: Appended, topic: string, queueId: number, messageType: MessageType): this {
    this.#topic = topic;
    this.queueId = queueId;
    this.#messageType = messageType;
    this.queueOffset = appended.queueOffset;
    this.physicalOffsets = appended.physicalOffsets;
    this.#sizeBytes = appended.endOffset - appended.physicalOffset;
    this.#storeTimestamp = appended.storeTimestamp;
    return this;
  }

  settle(status: PutStatus): void {
    if (this.#ports.unsaved.isSaved(this.#topic)) this.#answer(status);
    else this.#ports.unsaved.whenSaved(this.#topic, () => this.#answer(status));
  }

  #answer(status: PutStatus): void {
    const connection = this.connection as Connection;
    const code = storedCode(status);
    this.#ports.putTimes.record(this.#ports.env.clock.wallMs() - this.#storeTimestamp);
    if (code === undefined) {
      const refusal = notStored(status, this.#ports.diskUse);
      connection.respond(this, sendResponse(this.#ports, refusal.code, refusal.remark));
    } else {
      this.code = code;
      this.#ports.traffic?.stored(this.#topic, this.#messageType, this.physicalOffsets.length, this.#sizeBytes);
      if (!connection.respondEncoded(this)) connection.respond(this, this.#command());
    }
    this.connection = undefined;
    this.#takeBack(this);
  }

  /** The usual way: straight into the connection's output. */
  encodeTo(out: ByteWriter): void {
    encodeSendMessageResponse(out, this);
  }

  /** The same as a command, fields in the same order. */
  #command(): RemotingCommand {
    const response = new RemotingCommand(this.code);
    response.extFields = new Map([
      ['queueId', String(this.queueId)],
      ['TRACE_ON', String(this.traceOn)],
      ['MSG_REGION', this.regionId],
      ['msgId', this.physicalOffsets.map((offset) => encodeOffsetMsgId(this.#ports.facts.storeHost, offset)).join(',')],
      ['queueOffset', String(this.queueOffset)],
    ]);
    return response;
  }
}

/** An answer to a send, with the two fields that each of them has, successful or not. */
export function sendResponse(ports: SendPorts, code: number, remark: string | undefined): RemotingCommand {
  const response = new RemotingCommand(code);
  response.remark = remark;
  response.extFields = new Map([
    ['MSG_REGION', ports.facts.regionId],
    ['TRACE_ON', String(ports.live.traceOn)],
  ]);
  return response;
}
