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

/** Oldest first. */
const handedOut = new Set<number>();

/**
 * Gives a port again only when all of its range have been given, and then those first that were given longest ago: whoever
 * got one may not listen on it yet. @throws Error when the range is in use
 */
export async function freePort(options: FreePortOptions): Promise<number> {
  const first = (await firstFree(options)) ?? (await firstFreeAgain(options));
  if (first === undefined) throw new Error(`no ${options.count ?? 1} free neighbouring port(s) between ${options.from} and ${options.to}`);
  return first;
}

async function firstFree({ from, to, count = 1 }: FreePortOptions): Promise<number | undefined> {
  for (let first = from; first + count - 1 <= to; first += 1) {
    const run = Array.from({ length: count }, (_, index) => first + index);
    if (run.some((port) => handedOut.has(port))) continue;
    if (await allFree(run)) {
      for (const port of run) handedOut.add(port);
      return first;
    }
  }
  return undefined;
}

async function firstFreeAgain(options: FreePortOptions): Promise<number | undefined> {
  const given = [...handedOut].filter((port) => port >= options.from && port <= options.to);
  for (const port of given.slice(0, Math.ceil(given.length / 2))) handedOut.delete(port);
  return await firstFree(options);
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
