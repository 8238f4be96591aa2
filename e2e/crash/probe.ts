/**
 * The smallest producer there is: one raw frame over a bare socket, tried again until the broker says SUCCESS. Tells
 * when a broker takes messages again without any client's own waiting in between.
 */
import { connect } from 'node:net';
import type { Socket } from 'node:net';

const SEND_MESSAGE_V2 = 310;
const RETRY_MS = 5;

export interface Accepted {
  readonly queueId: number;
  readonly queueOffset: number;
  readonly offsetMsgId: string;
  readonly body: string;
}

/** Resolves with the first send that is answered SUCCESS. @throws Error when there is none before `timeoutMs`. */
export async function firstAcceptedSend(port: number, topic: string, body: string, timeoutMs: number): Promise<Accepted> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const answer = await trySend(port, topic, body).catch((error: unknown) => String(error));
    if (typeof answer !== 'string') return answer;
    if (performance.now() > deadline) throw new Error(`no send was accepted within ${timeoutMs} ms: ${answer}`);
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}

async function trySend(port: number, topic: string, body: string): Promise<Accepted | string> {
  const socket = connect(port, '127.0.0.1');
  try {
    socket.write(frameOf(topic, body));
    const frame = await wholeFrame(socket);
    const headerLength = frame.readInt32BE(4) & 0xffffff;
    const header = JSON.parse(frame.toString('utf8', 8, 8 + headerLength)) as { code: number; remark?: string; extFields?: Record<string, string> };
    if (header.code !== 0) return `code ${header.code} ${header.remark ?? ''}`;
    return { queueId: Number(header.extFields?.['queueId']), queueOffset: Number(header.extFields?.['queueOffset']), offsetMsgId: header.extFields?.['msgId'] ?? '', body };
  } finally {
    socket.destroy();
  }
}

function frameOf(topic: string, body: string): Buffer {
  const extFields = { a: 'probe', b: topic, c: 'TBW102', d: '4', e: '0', f: '0', g: String(Date.now()), h: '0', i: 'WAIT\u0001true\u0002', j: '0', k: 'false', m: 'false' };
  const header = Buffer.from(JSON.stringify({ code: SEND_MESSAGE_V2, extFields, flag: 0, language: 'JAVA', opaque: 1, serializeTypeCurrentRPC: 'JSON', version: 333 }));
  const content = Buffer.from(body);
  const lengths = Buffer.alloc(8);
  lengths.writeInt32BE(4 + header.length + content.length, 0);
  lengths.writeInt32BE(header.length, 4);
  return Buffer.concat([lengths, header, content]);
}

async function wholeFrame(socket: Socket): Promise<Buffer> {
  let received = Buffer.alloc(0);
  for await (const chunk of socket) {
    received = Buffer.concat([received, chunk as Buffer]);
    if (received.length >= 4 && received.length >= 4 + received.readInt32BE(0)) return received;
  }
  throw new Error(`closed after ${received.length} bytes`);
}
