/**
 * The smallest producer there is: raw frames over a bare socket. `firstAcceptedSend` tries one until the broker says
 * SUCCESS, and so tells when a broker takes messages again without any client's own waiting in between; `Recorder` sends
 * on and on and keeps what was answered, at little cost to the machine that is measured.
 */
import { connect } from 'node:net';
import type { Socket } from 'node:net';

const SEND_MESSAGE_V2 = 310;
const RETRY_MS = 5;
/** Between two messages of the recorder: the load is the benchmark's to make. */
const BETWEEN_MS = 5;
/** Longer than the broker lets any sender wait. */
const ANSWER_MS_MAX = 10_000;

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
    await pause(RETRY_MS);
  }
}

/** Some connections, on each of them one message after the other, to a queue of its own; begins again after every failure. */
export class Recorder {
  readonly accepted: Accepted[] = [];
  readonly #place: { readonly port: number; readonly topic: string };
  readonly #lanes: readonly Promise<void>[];
  readonly #sockets = new Set<Socket>();
  #isStopped = false;

  /** @param connections at most as many as the topic has queues */
  constructor(place: { readonly port: number; readonly topic: string }, connections: number) {
    this.#place = place;
    this.#lanes = Array.from({ length: connections }, (_, lane) => this.#run(lane));
  }

  /** Resolves when so many messages more have been answered. @throws Error when they have not before `timeoutMs` */
  async moreAnswered(count: number, timeoutMs: number): Promise<void> {
    const wanted = this.accepted.length + count;
    for (const deadline = performance.now() + timeoutMs; this.accepted.length < wanted; await pause(10)) {
      if (performance.now() > deadline) throw new Error(`only ${this.accepted.length} of ${wanted} messages were answered within ${timeoutMs} ms`);
    }
  }

  /** Waits for answers that are due. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await Promise.race([Promise.all(this.#lanes), pause(ANSWER_MS_MAX)]);
    for (const socket of this.#sockets) socket.destroy();
  }

  async #run(lane: number): Promise<void> {
    let sent = 0;
    for (; !this.#isStopped; await pause(RETRY_MS)) {
      const socket = connect({ port: this.#place.port, host: '127.0.0.1', noDelay: true });
      this.#sockets.add(socket);
      try {
        const frames = framesOf(socket);
        while (!this.#isStopped) {
          const body = `rec-${lane}-${sent++}`;
          socket.write(frameOf(this.#place.topic, body, lane));
          const { value: frame } = await frames.next();
          if (frame === undefined) break;
          const answer = answerOf(frame, body);
          if (typeof answer !== 'string') this.accepted.push(answer);
          await pause(BETWEEN_MS);
        }
      } catch {
        // The broker was killed, or does not listen yet.
      } finally {
        socket.destroy();
        this.#sockets.delete(socket);
      }
    }
  }
}

async function trySend(port: number, topic: string, body: string): Promise<Accepted | string> {
  const socket = connect(port, '127.0.0.1');
  try {
    socket.write(frameOf(topic, body, 0));
    const { value: frame } = await framesOf(socket).next();
    return frame === undefined ? 'the connection was closed' : answerOf(frame, body);
  } finally {
    socket.destroy();
  }
}

/** Where the message is, or why it was not taken. */
function answerOf(frame: Buffer, body: string): Accepted | string {
  const headerLength = frame.readInt32BE(4) & 0xffffff;
  const header = JSON.parse(frame.toString('utf8', 8, 8 + headerLength)) as { code: number; remark?: string; extFields?: Record<string, string> };
  if (header.code !== 0) return `code ${header.code} ${header.remark ?? ''}`;
  return { queueId: Number(header.extFields?.['queueId']), queueOffset: Number(header.extFields?.['queueOffset']), offsetMsgId: header.extFields?.['msgId'] ?? '', body };
}

function frameOf(topic: string, body: string, queueId: number): Buffer {
  const extFields = { a: 'probe', b: topic, c: 'TBW102', d: '4', e: String(queueId), f: '0', g: String(Date.now()), h: '0', i: 'WAIT\u0001true\u0002', j: '0', k: 'false', m: 'false' };
  const header = Buffer.from(JSON.stringify({ code: SEND_MESSAGE_V2, extFields, flag: 0, language: 'JAVA', opaque: 1, serializeTypeCurrentRPC: 'JSON', version: 333 }));
  const content = Buffer.from(body);
  const lengths = Buffer.alloc(8);
  lengths.writeInt32BE(4 + header.length + content.length, 0);
  lengths.writeInt32BE(header.length, 4);
  return Buffer.concat([lengths, header, content]);
}

async function* framesOf(socket: Socket): AsyncGenerator<Buffer, undefined> {
  let received = Buffer.alloc(0);
  for await (const chunk of socket) {
    received = Buffer.concat([received, chunk as Buffer]);
    while (received.length >= 4 && received.length >= 4 + received.readInt32BE(0)) {
      const end = 4 + received.readInt32BE(0);
      yield received.subarray(0, end);
      received = received.subarray(end);
    }
  }
  return undefined;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
