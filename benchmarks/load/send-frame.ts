/**
 * A ready-made SEND_MESSAGE_V2 frame in which only opaque and UNIQ_KEY change, in place, so that the generator spends its
 * time on the socket and not on encoding. Written by hand on purpose: it must not share code with either broker.
 *
 *   0 length 4 | 4 serialize type 1 + header length 3 | 8 header JSON | body
 */
export interface SendFrame {
  readonly bytes: Buffer;
  /** Where the ten decimal digits of the opaque stand, if it has ten. */
  readonly opaqueAt: number;
  /** Where the 8 hex digits of the message counter stand. */
  readonly counterAt: number;
  readonly bodyAt: number;
}

export interface SendFrameOptions {
  readonly topic: string;
  readonly queueId: number;
  readonly bodyBytes: number;
  readonly opaque: number;
  /** 24 hex digits, different for each counter. */
  readonly uniqPrefix: string;
  readonly waitStoreMsgOk: boolean;
}

export function buildSendFrame(options: SendFrameOptions): SendFrame {
  const properties = `UNIQ_KEY\\u0001${options.uniqPrefix}00000000\\u0002WAIT\\u0001${options.waitStoreMsgOk}\\u0002TAGS\\u0001TagA`;
  const opaqueKey = '"opaque":';
  const header =
    `{"code":310,"extFields":{"a":"benchmark_producer","b":"${options.topic}","c":"TBW102","d":"4","e":"${options.queueId}","f":"0",` +
    `"g":"${Date.now()}","h":"0","i":"${properties}","j":"0","k":"false","m":"false"},"flag":0,"language":"JAVA",${opaqueKey}${options.opaque},` +
    `"serializeTypeCurrentRPC":"JSON","version":333}`;
  const bodyAt = 8 + header.length;
  const bytes = Buffer.alloc(bodyAt + options.bodyBytes, 0x61);
  bytes.writeUInt32BE(bytes.length - 4, 0);
  bytes.writeUInt32BE(header.length, 4);
  bytes.write(header, 8, 'latin1');
  const counterAt = bytes.indexOf(options.uniqPrefix, 8, 'latin1') + options.uniqPrefix.length;
  return { bytes, opaqueAt: bytes.indexOf(opaqueKey, 8, 'latin1') + opaqueKey.length, counterAt, bodyAt };
}

/** So that all opaques have ten digits. */
export const OPAQUE_BASE = 1_000_000_000;
const HEX = Buffer.from('0123456789ABCDEF', 'latin1');

/** Writes the low 32 bits of `counter` as 8 hex digits at `at`. */
export function putCounter(out: Buffer, at: number, counter: number): void {
  for (let i = 0; i < 8; i++) out[at + 7 - i] = HEX[(counter >>> (4 * i)) & 15] as number;
}

/** Writes `OPAQUE_BASE + slot` as ten digits at `at`. @param slot less than 10^9 */
export function putOpaque(out: Buffer, at: number, slot: number): void {
  let rest = slot;
  for (let i = 9; i > 0; i--) {
    out[at + i] = 0x30 + (rest % 10);
    rest = Math.floor(rest / 10);
  }
}
