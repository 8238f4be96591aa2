import { connect } from 'node:net';

import { silentLog } from '@rocketmq-ts/kernel';
import { afterEach, beforeEach, expect, it } from 'vitest';

import { StatusPages } from './status-pages.ts';
import { startStatusServer, type StatusServer } from './status-server.ts';

const FINE = { isFine: true, reasons: [] };
let server: StatusServer;
beforeEach(async () => {
  const broker = { health: FINE, readiness: FINE, metricsText: () => Promise.resolve('# TYPE a gauge\na 1\n') };
  server = await startStatusServer(new StatusPages({ broker, monotonicMs: () => 0 }), '127.0.0.1', 0, silentLog);
});
afterEach(() => server.stop());

/** All that comes back until the server closes the connection. */
function raw(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1', () => socket.write(text));
    let received = '';
    socket.on('data', (chunk) => (received += chunk.toString()));
    socket.on('error', reject);
    socket.on('close', () => resolve(received));
  });
}

it('gives the pages over HTTP', async () => {
  const metrics = await fetch(`${server.url}/metrics`);
  expect([metrics.status, metrics.headers.get('content-type'), await metrics.text()]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8', '# TYPE a gauge\na 1\n']);
  const head = await fetch(`${server.url}/metrics`, { method: 'HEAD' });
  expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([200, '19', '']);
  const post = await fetch(`${server.url}/healthz`, { method: 'POST', body: 'x' });
  expect([post.status, post.headers.get('allow'), post.headers.get('connection')]).toEqual([405, 'GET, HEAD', 'close']);
});

it('closes on those who send something else, or too much of it', async () => {
  expect(await raw('hello\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
  expect(await raw(`GET /metrics HTTP/1.1\r\nHost: x\r\nX-Long: ${'x'.repeat(20_000)}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 431 /);
});

it('says in one line why it can not listen', async () => {
  const { port } = new URL(server.url);
  await expect(startStatusServer(new StatusPages({ broker: undefined, monotonicMs: () => 0 }), '127.0.0.1', Number(port), silentLog)).rejects.toMatchObject({
    code: 'METRICS_PORT',
    message: `Address already in use: port ${port} for metrics is taken by another process; set another metricsPromExporterPort, or set metricsExporterType=DISABLE`,
  });
  await expect(startStatusServer(new StatusPages({ broker: undefined, monotonicMs: () => 0 }), '192.0.2.1', 0, silentLog)).rejects.toThrow(/192\.0\.2\.1, which is no address of this machine/);
});
