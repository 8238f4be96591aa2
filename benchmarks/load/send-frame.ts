/**
 * A ready-made SEND_MESSAGE_V2 frame whose opaque is fixed and whose UNIQ_KEY counts up in place, so that the generator
 * spends its time on the socket and not on encoding. Written by hand on purpose: it must not share code with either broker.
 *
 *   0 length 4 | 4 serialize type 1 + header length 3 | 8 header JSON | body
 */
export interface SendFrame {
  readonly bytes: Buffer;
  /** Where the 8 hex digits of the message counter stand. */
  readonly counterAt: number;
}

export interface SendFrameOptions {
  readonly topic: string;
  readonly queueId: number;
  readonly bodyBytes: number;
  readonly opaque: number;
  /** 24 hex digits, different for every slot of every connection. */
  readonly uniqPrefix: string;
  readonly waitStoreMsgOk: boolean;
}

export function buildSendFrame(options: SendFrameOptions): SendFrame {
  const properties = `UNIQ_KEY\\u0001${options.uniqPrefix}00000000\\u0002WAIT\\u0001${options.waitStoreMsgOk}\\u0002TAGS\\u0001TagA`;
  const header =
    `{"code":310,"extFields":{"a":"benchmark_producer","b":"${options.topic}","c":"TBW102","d":"4","e":"${options.queueId}","f":"0",` +
    `"g":"${Date.now()}","h":"0","i":"${properties}","j":"0","k":"false","m":"false"},"flag":0,"language":"JAVA","opaque":${options.opaque},` +
    `"serializeTypeCurrentRPC":"JSON","version":333}`;
  const bytes = Buffer.alloc(8 + header.length + options.bodyBytes, 0x61);
  bytes.writeUInt32BE(bytes.length - 4, 0);
  bytes.writeUInt32BE(header.length, 4);
  bytes.write(header, 8, 'latin1');
  return { bytes, counterAt: bytes.indexOf(options.uniqPrefix, 8, 'latin1') + options.uniqPrefix.length };
}

const HEX = Buffer.from('0123456789ABCDEF', 'latin1');

/** Writes the low 32 bits of `counter` as 8 hex digits. */
export function setCounter(frame: SendFrame, counter: number): void {
  for (let i = 0; i < 8; i++) frame.bytes[frame.counterAt + 7 - i] = HEX[(counter >>> (4 * i)) & 15] as number;
}
