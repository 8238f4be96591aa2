// How soon a broker that is just starting takes its first message.
import { connect } from 'node:net';
import { responseCodeName } from '@rocketmq-ts/remoting-protocol';
import { buildSendFrame } from '../load/send-frame.ts';

export interface FirstSendOptions {
  readonly host?: string;
  /** Default BenchmarkTest. */
  readonly topic?: string;
  readonly limitMs?: number;
  /** Why waiting has no sense any more, asked before each try. */
  readonly giveUp?: (() => string | undefined) | undefined;
}

const RETRY_MS = 2;
const LIMIT_MS = 60_000;

/** Resolves when a send has been answered with SUCCESS; tries again and again until then. @throws Error with what the last try met */
export async function firstAcceptedSend(port: number, { host = '127.0.0.1', topic = 'BenchmarkTest', limitMs = LIMIT_MS, giveUp }: FirstSendOptions = {}): Promise<void> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    const refusal = await trySend(host, port, topic);
    if (refusal === undefined) return;
    const reason = giveUp?.() ?? (performance.now() > deadline ? `not within ${limitMs / 1000} s` : undefined);
    if (reason !== undefined) throw new Error(`${host}:${port} accepted no send to ${topic}: ${refusal}; ${reason}`);
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}

/** @returns undefined when it was accepted, else why not */
function trySend(host: string, port: number, topic: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, noDelay: true });
    const finish = (refusal: string | undefined): void => {
      socket.destroy();
      resolve(refusal);
    };
    socket.setTimeout(1000, () => finish('no answer within a second'));
    socket.once('error', (error: NodeJS.ErrnoException) => finish(error.code ?? error.message));
    socket.once('close', () => finish('the connection was closed'));
    socket.once('connect', () => {
      const options = { topic, queueId: 0, bodyBytes: 16, opaque: 1, uniqPrefix: 'F00D00000000000000000000', waitStoreMsgOk: true };
      socket.write(buildSendFrame(options).bytes);
    });
    socket.once('data', (answer) => finish(answer.includes('"code":0,') ? undefined : refusalOf(answer)));
  });
}

function refusalOf(answer: Buffer): string {
  if (answer.length < 8) return 'half an answer';
  const header = answer.toString('utf8', 8, 8 + (answer.readUInt32BE(4) & 0xffffff));
  const remark = /"remark":"((?:[^"\\]|\\.)*)"/.exec(header)?.[1] ?? '';
  const code = Number(/"code":(\d+)/.exec(header)?.[1]);
  return `answered with ${responseCodeName(code) ?? `code ${code}`}${remark === '' ? '' : `: ${remark}`}`;
}
