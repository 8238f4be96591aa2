import { gunzipSync } from 'node:zlib';

import { expect, it } from 'vitest';

import { StatusPages, type StatusSource } from './status-pages.ts';

const FINE = { isFine: true, reasons: [] };

function pagesOf(over: Partial<NonNullable<StatusSource['broker']>> = {}) {
  const asked = { texts: 0, nowMs: 0 };
  const broker = { health: FINE, readiness: FINE, metricsText: () => Promise.resolve(`text ${++asked.texts}\n`), ...over };
  return { asked, pages: new StatusPages({ broker, monotonicMs: () => asked.nowMs }) };
}

/** What is seen of a page by those who take no gzip. */
async function seen(pages: StatusPages, method: string, target: string) {
  const { status, body, allow } = await pages.page(method, target, false);
  return { status, text: body.toString(), allow };
}

it('says that it is alive, and whether it is ready, with reasons', async () => {
  expect(await seen(pagesOf().pages, 'GET', '/healthz')).toMatchObject({ status: 200, text: '{"status":"alive","reasons":[]}\n' });
  expect(await seen(pagesOf().pages, 'HEAD', '/readyz?verbose')).toMatchObject({ status: 200, text: '{"status":"ready","reasons":[]}\n' });
  const { pages } = pagesOf({ health: { isFine: false, reasons: ['The disk is gone.'] }, readiness: { isFine: false, reasons: ['a', 'b'] } });
  expect(await seen(pages, 'GET', '/healthz')).toMatchObject({ status: 503, text: '{"status":"failed","reasons":["The disk is gone."]}\n' });
  expect(await seen(pages, 'GET', '/readyz')).toMatchObject({ status: 503, text: '{"status":"not ready","reasons":["a","b"]}\n' });
});

it('is alive and not ready while the store is being opened', async () => {
  const pages = new StatusPages({ broker: undefined, monotonicMs: () => 0 });
  expect(await seen(pages, 'GET', '/healthz')).toMatchObject({ status: 200 });
  expect(await seen(pages, 'GET', '/readyz')).toMatchObject({ status: 503, text: '{"status":"not ready","reasons":["The store is being opened."]}\n' });
  expect(await seen(pages, 'GET', '/metrics')).toMatchObject({ status: 503 });
});

it('makes the text of the metrics once a second at most, and again after a failure', async () => {
  const { asked, pages } = pagesOf();
  const textAt = async (nowMs: number): Promise<string> => {
    asked.nowMs = nowMs;
    return (await seen(pages, 'GET', '/metrics')).text;
  };
  expect([await textAt(0), await textAt(999), await textAt(1000), await textAt(1001)]).toEqual(['text 1\n', 'text 1\n', 'text 2\n', 'text 2\n']);
  let isBroken = true;
  const broken = pagesOf({ metricsText: () => (isBroken ? Promise.reject(new Error('no')) : Promise.resolve('text\n')) }).pages;
  await expect(seen(broken, 'GET', '/metrics')).rejects.toThrow('no');
  isBroken = false;
  expect(await seen(broken, 'GET', '/metrics')).toMatchObject({ status: 200, text: 'text\n' });
});

it('has nothing else', async () => {
  const { pages } = pagesOf();
  expect(await seen(pages, 'POST', '/metrics')).toMatchObject({ status: 405, allow: 'GET, HEAD' });
  expect(await seen(pages, 'GET', '/')).toMatchObject({ status: 404, text: 'nothing is here; there are /metrics, /healthz and /readyz\n' });
  expect(await seen(pages, 'GET', '/metrics/x')).toMatchObject({ status: 404 });
});

it('packs a long text once for all who take it so', async () => {
  const long = 'rocketmq 1\n'.repeat(20_000);
  const { pages } = pagesOf({ metricsText: () => Promise.resolve(long) });
  const [first, second] = [await pages.page('GET', '/metrics', true), await pages.page('GET', '/metrics', true)];
  expect([first.isGzip, gunzipSync(first.body).toString() === long, second.body === first.body]).toEqual([true, true, true]);
  expect((await pages.page('GET', '/metrics', false)).body.toString()).toBe(long);
  expect((await pagesOf().pages.page('GET', '/metrics', true)).isGzip).toBeUndefined();
});
