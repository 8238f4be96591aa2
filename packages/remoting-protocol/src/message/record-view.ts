/**
 * A record read as a message: every field is taken out of the bytes when it is asked for, each time. For consumers, whose
 * listeners look at the body and little else: a Map of properties and three texts of ids and hosts cost more than all the rest.
 */
import { utf8Text } from '../bytes/text.ts';
import { MessageSysFlag } from './flags.ts';
import { readHost } from './host-address.ts';
import type { HostAddress, MessageExt } from './message.ts';
import { encodeOffsetMsgId } from './message-id.ts';
import { type ByteRange, decodeProperties, findProperty } from './properties-codec.ts';
import { PropertyName } from './property-names.ts';
import { peekRecord, RecordOffset, storeTimestampOffset } from './record-layout.ts';

const UNIQ_KEY = Buffer.from(PropertyName.UNIQ_CLIENT_MESSAGE_ID_KEYIDX);
const found: ByteRange = { start: 0, end: 0 };

export class RecordView implements MessageExt {
  /** A view of the record, or fresh memory when it was compressed. */
  readonly body: Buffer;
  readonly brokerName = undefined;
  readonly #buffer: Buffer;
  readonly #at: number;

  /** Made by `viewRecord`, which has checked the record. */
  constructor(buffer: Buffer, at: number, body: Buffer) {
    this.body = body;
    this.#buffer = buffer;
    this.#at = at;
  }

  get topic(): string {
    return topicText(this.#buffer, peekRecord.topicAt(this.#buffer, this.#at), peekRecord.topicBytes(this.#buffer, this.#at));
  }

  get flag(): number {
    return peekRecord.flag(this.#buffer, this.#at);
  }

  /** A new Map each time. */
  get properties(): Map<string, string> {
    return decodeProperties(utf8Text(this.#buffer, peekRecord.propertiesAt(this.#buffer, this.#at), this.#end));
  }

  get queueId(): number {
    return peekRecord.queueId(this.#buffer, this.#at);
  }

  get storeSize(): number {
    return peekRecord.totalSize(this.#buffer, this.#at);
  }

  get queueOffset(): number {
    return peekRecord.queueOffset(this.#buffer, this.#at);
  }

  get sysFlag(): number {
    return peekRecord.sysFlag(this.#buffer, this.#at);
  }

  get bornTimestamp(): number {
    return peekRecord.bornTimestamp(this.#buffer, this.#at);
  }

  get bornHost(): HostAddress {
    return readHost(this.#buffer, this.#at + RecordOffset.bornHost, (this.sysFlag & MessageSysFlag.BORNHOST_V6) !== 0);
  }

  get storeTimestamp(): number {
    return peekRecord.storeTimestamp(this.#buffer, this.#at);
  }

  get storeHost(): HostAddress {
    const { sysFlag } = this;
    return readHost(this.#buffer, this.#at + storeTimestampOffset(sysFlag) + 8, (sysFlag & MessageSysFlag.STOREHOST_V6) !== 0);
  }

  get msgId(): string {
    const propertiesAt = peekRecord.propertiesAt(this.#buffer, this.#at);
    return findProperty(this.#buffer, propertiesAt, this.#end, UNIQ_KEY, found) ? utf8Text(this.#buffer, found.start, found.end) : this.offsetMsgId;
  }

  get offsetMsgId(): string {
    return encodeOffsetMsgId(this.storeHost, this.commitLogOffset);
  }

  get commitLogOffset(): number {
    return peekRecord.physicalOffset(this.#buffer, this.#at);
  }

  get bodyCRC(): number {
    return peekRecord.bodyCRC(this.#buffer, this.#at);
  }

  get reconsumeTimes(): number {
    return peekRecord.reconsumeTimes(this.#buffer, this.#at);
  }

  get preparedTransactionOffset(): number {
    return peekRecord.preparedTransactionOffset(this.#buffer, this.#at);
  }

  get #end(): number {
    return this.#at + this.storeSize;
  }
}

let lastTopic = '';

/** Records that travel together are of one topic, as a rule: its text is made once. */
function topicText(buffer: Buffer, at: number, length: number): string {
  if (lastTopic.length === length && isAscii(buffer, at, lastTopic)) return lastTopic;
  return (lastTopic = utf8Text(buffer, at, at + length));
}

function isAscii(buffer: Buffer, at: number, text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    const byte = buffer[at + index] as number;
    if (byte >= 0x80 || byte !== text.charCodeAt(index)) return false;
  }
  return true;
}
