/**
 * The id a producer gives a message before it is sent (property UNIQ_KEY), upper-case hex.
 *
 * | offset | size | field                                                                   |
 * |      0 |    4 | IPv4 of the client (16 for IPv6: then every later offset is 12 higher)   |
 * |      4 |    2 | high half of the process id (Java overwrites the low half; kept)         |
 * |      6 |    4 | salt; in Java the class loader's identity hash, here random per process  |
 * |     10 |    4 | milliseconds since the first of this month, local time                   |
 * |     14 |    2 | counter, wraps                                                           |
 *
 * Two ids are equal only after 65,536 ids within one millisecond.
 * Source: common/message/MessageClientIDSetter.java (4.6.0)
 */
import { assert, type Clock } from '@rocketmq-ts/kernel';

const HEX = Array.from({ length: 256 }, (_, i) => i.toString(16).toUpperCase().padStart(2, '0'));

export interface UniqIdParts {
  /** 4 or 16 bytes. */
  readonly ip: Buffer;
  readonly pid: number;
  /** Any 32 bits. */
  readonly salt: number;
}

export class UniqIdGenerator {
  readonly #clock: Clock;
  readonly #fixed: string;
  #counter = 0;
  /** All but the counter, of the millisecond of the last id. */
  #prefix = '';
  #prefixMs = Number.NaN;
  #monthStart = 0;
  #nextMonthStart = 0;

  constructor(clock: Clock, parts: UniqIdParts) {
    assert(parts.ip.length === 4 || parts.ip.length === 16, 'an address has 4 or 16 bytes');
    this.#clock = clock;
    const rest = Buffer.alloc(6);
    rest.writeUInt16BE((parts.pid >>> 16) & 0xffff, 0);
    rest.writeUInt32BE(parts.salt >>> 0, 2);
    this.#fixed = Buffer.concat([parts.ip, rest]).toString('hex').toUpperCase();
  }

  next(): string {
    const nowMs = this.#clock.wallMs();
    if (nowMs !== this.#prefixMs) this.#enter(nowMs);
    const counter = this.#counter;
    this.#counter = (counter + 1) & 0xffff;
    return this.#prefix + HEX[counter >>> 8]! + HEX[counter & 0xff]!;
  }

  #enter(nowMs: number): void {
    // A clock set back over the boundary would give a negative span: begin that month again.
    if (nowMs >= this.#nextMonthStart || nowMs < this.#monthStart) {
      this.#monthStart = monthStartOf(nowMs, 0);
      this.#nextMonthStart = monthStartOf(nowMs, 1);
    }
    const span = (nowMs - this.#monthStart) >>> 0;
    this.#prefix = this.#fixed + HEX[span >>> 24]! + HEX[(span >>> 16) & 0xff]! + HEX[(span >>> 8) & 0xff]! + HEX[span & 0xff]!;
    this.#prefixMs = nowMs;
  }
}

/** First millisecond of the month of `wallMs`, `later` months on, in local time as Java's Calendar has it. */
export function monthStartOf(wallMs: number, later: number): number {
  const date = new Date(Math.floor(wallMs));
  return new Date(date.getFullYear(), date.getMonth() + later, 1).getTime();
}

/** When an id was made, by this month's or, if that lies in the future, last month's calendar; undefined when it is no such id. */
export function uniqIdTime(id: string, nowWallMs: number): number | undefined {
  if (!/^([0-9a-fA-F]{32}|[0-9a-fA-F]{56})$/.test(id)) return undefined;
  const at = id.length === 56 ? (16 + 6) * 2 : (4 + 6) * 2;
  const span = Number.parseInt(id.slice(at, at + 8), 16);
  const thisMonth = monthStartOf(nowWallMs, 0) + span;
  return thisMonth >= nowWallMs ? monthStartOf(nowWallMs, -1) + span : thisMonth;
}
