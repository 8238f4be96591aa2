/** How a header was, or is to be, written: the high byte of the second frame word. */
export const SerializeType = { JSON: 0, ROCKETMQ: 1 } as const;
export type SerializeType = (typeof SerializeType)[keyof typeof SerializeType];

/** MQVersion ordinal of 4.6.0, sent in every header. */
export const MQ_VERSION_4_6_0 = 333;

const FLAG_RESPONSE = 1;
const FLAG_ONEWAY = 2;

/** Text fields of a header. A Map, because the names come from outside. */
export type ExtFields = Map<string, string>;

/**
 * One request or response, RocketMQ's RemotingCommand without its behaviour. All fields are set in one order so that
 * every instance has one shape.
 *
 * Source: remoting/protocol/RemotingCommand.java (4.6.0)
 */
export class RemotingCommand {
  /** Request code, or response code when `isResponse`. */
  code: number;
  /** LanguageCode of the sender as its number. */
  language: number;
  version: number;
  /** Chosen by the requester, echoed by the answer; unique on one connection while in flight. int32. */
  opaque: number;
  flag: number;
  remark: string | undefined;
  extFields: ExtFields | undefined;
  /** A view into received bytes: valid in the turn of its arrival; copy to keep. */
  body: Buffer | undefined;
  /** How the header arrived, or is to be sent. */
  serializeType: SerializeType;

  constructor(code: number, extFields?: ExtFields, body?: Buffer) {
    this.code = code;
    this.language = 0;
    this.version = MQ_VERSION_4_6_0;
    this.opaque = 0;
    this.flag = 0;
    this.remark = undefined;
    this.extFields = extFields;
    this.body = body;
    this.serializeType = SerializeType.JSON;
  }

  get isResponse(): boolean {
    return (this.flag & FLAG_RESPONSE) !== 0;
  }

  get isOneway(): boolean {
    return (this.flag & FLAG_ONEWAY) !== 0;
  }

  markResponse(): void {
    this.flag |= FLAG_RESPONSE;
  }

  markOneway(): void {
    this.flag |= FLAG_ONEWAY;
  }
}

/** An answer to `request`, with its opaque. The serialize type is the server's own, as in Java, and set on sending. */
export function createResponse(request: RemotingCommand, code: number, remark?: string): RemotingCommand {
  const response = new RemotingCommand(code);
  response.opaque = request.opaque;
  response.remark = remark;
  response.markResponse();
  return response;
}
