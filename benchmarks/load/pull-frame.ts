// Requests of a consumer as frames, written by hand like those of send-frame.ts: they share no code with either broker.

export interface QueuePlace {
  readonly topic: string;
  readonly queueId: number;
}

const MAX_OFFSET = 30;
const MIN_OFFSET = 31;
const PULL_MESSAGE = 11;
/** COMMIT_OFFSET, SUSPEND, SUBSCRIPTION. */
const SYS_FLAG = 7;
const SUSPEND_MS = 15_000;

export function offsetFrame({ topic, queueId }: QueuePlace, end: 'first' | 'last', opaque: number): Buffer {
  return frame(end === 'first' ? MIN_OFFSET : MAX_OFFSET, { topic, queueId: String(queueId) }, opaque);
}

/** Asks for up to `maxMsgNums` messages from `offset` on, waits for them if there are none, and commits `offset` as a consumer does. */
export function pullFrame({ topic, queueId }: QueuePlace, consumerGroup: string, offset: number, maxMsgNums: number, opaque: number): Buffer {
  const extFields = {
    consumerGroup,
    topic,
    queueId: String(queueId),
    queueOffset: String(offset),
    maxMsgNums: String(maxMsgNums),
    sysFlag: String(SYS_FLAG),
    commitOffset: String(offset),
    suspendTimeoutMillis: String(SUSPEND_MS),
    subscription: '*',
    subVersion: '0',
    expressionType: 'TAG',
  };
  return frame(PULL_MESSAGE, extFields, opaque);
}

function frame(code: number, extFields: Readonly<Record<string, string>>, opaque: number): Buffer {
  const header = JSON.stringify({ code, extFields, flag: 0, language: 'JAVA', opaque, serializeTypeCurrentRPC: 'JSON', version: 333 });
  const bytes = Buffer.allocUnsafe(8 + header.length);
  bytes.writeUInt32BE(header.length + 4, 0);
  bytes.writeUInt32BE(header.length, 4);
  bytes.write(header, 8, 'latin1');
  return bytes;
}

const BODY_LENGTH_AT = 84;
const BODY_AT = 88;
/** IPv6 addresses in the record (sysFlag bits 4 and 5) are twelve bytes longer each. */
const SYS_FLAG_AT = 36;

/** Calls `message` with the place of each stored record's body. @returns how many records there are in `bytes[from, end)` */
export function walkRecords(bytes: Buffer, from: number, end: number, message: ((bodyAt: number, bodyLength: number) => void) | undefined): number {
  let count = 0;
  for (let at = from; at + BODY_AT <= end; at += bytes.readUInt32BE(at)) {
    count++;
    if (message === undefined) continue;
    const sysFlag = bytes.readUInt32BE(at + SYS_FLAG_AT);
    const wider = ((sysFlag >>> 4) & 1) * 12 + ((sysFlag >>> 5) & 1) * 12;
    message(at + BODY_AT + wider, bytes.readUInt32BE(at + BODY_LENGTH_AT + wider));
  }
  return count;
}
