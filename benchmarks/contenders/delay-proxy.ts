// A network between master and slave, for a network is not a loopback: a TCP proxy that keeps what passes for a while. It
// runs in a thread of its own, which ends with this process at the latest.
import { connect, createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { median } from '../report/statistics.ts';

export interface DelayProxyTask {
  /** For each direction, ms; fractions count. */
  readonly delayMs: number;
  readonly target: { readonly host: string; readonly port: number };
  /** Where it listens on 127.0.0.1. */
  readonly port: number;
}

export interface DelayProxy {
  readonly address: string;
  stop(): Promise<void>;
}

/** @throws Error when it cannot listen */
export async function startDelayProxy(task: DelayProxyTask): Promise<DelayProxy> {
  const worker = new Worker(new URL('./delay-proxy-thread.mjs', import.meta.url), { workerData: task });
  const stop = async (): Promise<void> => {
    await worker.terminate();
  };
  const [said] = (await once(worker, 'message')) as [{ error?: string }];
  if (said.error !== undefined) {
    await stop();
    throw new Error(`the proxy between master and slave cannot listen on 127.0.0.1:${task.port}: ${said.error}`);
  }
  return { address: `127.0.0.1:${task.port}`, stop };
}

const PINGS = 300;
const PING_BYTES = 16;

/** Median round trip of a ping of 16 bytes, ms; straight through loopback where `delayMs` is 0. @param port for the proxy */
export async function measureRoundTrip(delayMs: number, port: number): Promise<number> {
  const echo = createServer({ noDelay: true }, (socket) => socket.on('error', () => socket.destroy()).pipe(socket));
  await once(echo.listen(0, '127.0.0.1'), 'listening');
  const target = { host: '127.0.0.1', port: (echo.address() as AddressInfo).port };
  const proxy = delayMs === 0 ? undefined : await startDelayProxy({ delayMs, target, port });
  const socket = connect({ host: '127.0.0.1', port: proxy === undefined ? target.port : port, noDelay: true });
  try {
    await once(socket, 'connect');
    const times: number[] = [];
    for (let ping = 0; ping < PINGS; ping++) {
      const sentAt = performance.now();
      socket.write(Buffer.alloc(PING_BYTES, ping));
      await once(socket, 'data');
      times.push(performance.now() - sentAt);
    }
    return median(times.slice(PINGS / 4));
  } finally {
    socket.destroy();
    await proxy?.stop();
    echo.close();
  }
}
