// How soon a broker that is just starting takes its first message.
import { connect } from 'node:net';
import { buildSendFrame } from '../load/send-frame.ts';

const RETRY_MS = 2;
const LIMIT_MS = 60_000;

/** Resolves when a send to BenchmarkTest has been answered with SUCCESS; tries again and again until then. */
export async function firstAcceptedSend(port: number): Promise<void> {
  const deadline = performance.now() + LIMIT_MS;
  while (!(await isSendAccepted(port))) {
    if (performance.now() > deadline) throw new Error(`no send was accepted on port ${port} within ${LIMIT_MS} ms`);
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}

function isSendAccepted(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, noDelay: true });
    const finish = (accepted: boolean): void => {
      socket.destroy();
      resolve(accepted);
    };
    socket.setTimeout(1000, () => finish(false));
    socket.once('error', () => finish(false));
    socket.once('close', () => finish(false));
    socket.once('connect', () => {
      const options = { topic: 'BenchmarkTest', queueId: 0, bodyBytes: 16, opaque: 1, uniqPrefix: 'F00D00000000000000000000', waitStoreMsgOk: true };
      socket.write(buildSendFrame(options).bytes);
    });
    socket.once('data', (answer) => finish(answer.includes('"code":0,')));
  });
}
