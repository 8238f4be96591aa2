import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

import { type Log, RmqError } from '@rocketmq-ts/kernel';

import type { Page, StatusPages } from './status-pages.ts';

/** What a slow or hostile client can cost; a scraper needs one connection and milliseconds. */
const LIMITS = {
  connections: 64,
  headerBytes: 8 * 1024,
  /** From the first byte of a request to the end of its header. */
  headersMs: 5_000,
  requestMs: 10_000,
  /** A connection on which nothing moves, also one that does not take its answer. */
  idleMs: 30_000,
  checkMs: 1_000,
} as const;

export interface StatusServer {
  /** `http://host:port`. */
  readonly url: string;
  /** Resolves when no connection is left. */
  stop(): Promise<void>;
}

/**
 * Serves the pages over HTTP. Resolves when the port is open.
 * @throws RmqError METRICS_PORT
 */
export async function startStatusServer(pages: StatusPages, host: string, port: number, log: Log): Promise<StatusServer> {
  const options = { maxHeaderSize: LIMITS.headerBytes, headersTimeout: LIMITS.headersMs, requestTimeout: LIMITS.requestMs, keepAliveTimeout: LIMITS.idleMs, connectionsCheckingInterval: LIMITS.checkMs };
  const server = createServer(options, (request, response) => void answer(pages, request, response, log));
  server.maxConnections = LIMITS.connections;
  server.setTimeout(LIMITS.idleMs);
  try {
    await listening(server, host, port);
  } catch (error) {
    throw new RmqError('METRICS_PORT', listenFailure(host, port, error as NodeJS.ErrnoException), { cause: error });
  }
  server.on('error', (error) => log.error('The HTTP server of metrics and health has failed.', { error }));
  const address = server.address();
  const actualPort = typeof address === 'object' && address !== null ? address.port : port;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${actualPort}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(pages: StatusPages, request: IncomingMessage, response: ServerResponse, log: Log): Promise<void> {
  const method = request.method ?? '';
  let page: Page;
  try {
    page = await pages.page(method, request.url ?? '', /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? '')));
  } catch (error) {
    log.error('A page of metrics and health could not be made.', { path: request.url?.slice(0, 100), error: error as Error });
    page = { status: 500, contentType: 'text/plain; charset=utf-8', body: Buffer.from('the page could not be made; the log of the broker says why\n') };
  }
  response.statusCode = page.status;
  response.setHeader('Content-Type', page.contentType);
  response.setHeader('Content-Length', page.body.length);
  response.setHeader('Cache-Control', 'no-store');
  if (page.isGzip === true) response.setHeader('Content-Encoding', 'gzip');
  if (page.allow !== undefined) response.setHeader('Allow', page.allow);
  // Nobody reads a body that comes with a request; without the connection it costs nothing.
  if (request.headers['content-length'] !== undefined || request.headers['transfer-encoding'] !== undefined) response.setHeader('Connection', 'close');
  response.end(method === 'HEAD' ? undefined : page.body);
}

function listening(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function listenFailure(host: string, port: number, { code, message }: NodeJS.ErrnoException): string {
  const turnOff = 'or set metricsExporterType=DISABLE';
  switch (code) {
    case 'EADDRINUSE':
      return `Address already in use: port ${port} for metrics is taken by another process; set another metricsPromExporterPort, ${turnOff}`;
    case 'EACCES':
      return `Permission denied: port ${port} for metrics may not be opened by this user; set a metricsPromExporterPort of 1024 or above, ${turnOff}`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `metrics can't be offered at ${host}, which is no address of this machine; set metricsPromExporterHost (0.0.0.0: all of them), ${turnOff}`;
    default:
      return `cannot listen on ${host}:${port} for metrics: ${message}`;
  }
}
