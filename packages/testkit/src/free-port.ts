/**
 * Ports nobody listens on. A broker takes three neighbours (listenPort − 2, listenPort, listenPort + 1), so a
 * run of ports is asked for and all of it is tried.
 */
import { createServer } from 'node:net';

export interface FreePortOptions {
  /** First port to try. */
  readonly from: number;
  /** Last port to try, inclusive. */
  readonly to: number;
  /** How many neighbours must be free; the first of them is returned. */
  readonly count?: number;
}

const handedOut = new Set<number>();

/** Never gives the same port twice in one process. @throws Error when the range is used up. */
export async function freePort(options: FreePortOptions): Promise<number> {
  const count = options.count ?? 1;
  for (let first = options.from; first + count - 1 <= options.to; first += 1) {
    const run = Array.from({ length: count }, (_, index) => first + index);
    if (run.some((port) => handedOut.has(port))) continue;
    if (await allFree(run)) {
      for (const port of run) handedOut.add(port);
      return first;
    }
  }
  throw new Error(`no ${count} free neighbouring port(s) between ${options.from} and ${options.to}`);
}

async function allFree(ports: readonly number[]): Promise<boolean> {
  for (const port of ports) if (!(await isFree(port))) return false;
  return true;
}

/** Tried on the wildcard address, because the Java servers bind that one. */
async function isFree(port: number): Promise<boolean> {
  return await new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '0.0.0.0', () => server.close(() => resolve(true)));
  });
}
