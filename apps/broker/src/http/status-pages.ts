import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

import type { Broker } from '@rocketmq-ts/broker';

/** An answer, before it is one of HTTP. */
export interface Page {
  readonly status: number;
  readonly contentType: string;
  readonly body: Buffer;
  readonly isGzip?: boolean;
  readonly allow?: string;
}

/** What the pages are made of. */
export interface StatusSource {
  /** Undefined while its store is being opened. */
  readonly broker: Pick<Broker, 'health' | 'readiness' | 'metricsText'> | undefined;
  /** Milliseconds that only rise. */
  readonly monotonicMs: () => number;
}

const PLAIN = 'text/plain; charset=utf-8';
const JSON_TYPE = 'application/json; charset=utf-8';
/** The version is part of what Prometheus goes by. */
const PROMETHEUS = 'text/plain; version=0.0.4; charset=utf-8';
/** However often somebody asks, the text is made no more often: with thousands of topics it costs milliseconds. */
const METRICS_AGE_MAX_MS = 1000;
const METHODS = 'GET, HEAD';
/** From this size on the text is packed for those who take it so, as Prometheus does: by a thread beside the event loop. */
const GZIP_BYTES_MIN = 64 * 1024;
const GZIP_OPTIONS = { level: 1 };
const gzipped = promisify<Buffer, typeof GZIP_OPTIONS, Buffer>(gzip);

interface MetricsText {
  readonly plain: Buffer;
  packed: Promise<Buffer> | undefined;
}

/** `GET /metrics`, `/healthz`, `/readyz`. */
export class StatusPages {
  readonly #source: StatusSource;
  #metrics: { readonly text: Promise<MetricsText>; readonly atMs: number } | undefined;

  constructor(source: StatusSource) {
    this.#source = source;
  }

  /** @param target path with or without a query, as the request line has it */
  page(method: string, target: string, takesGzip: boolean): Page | Promise<Page> {
    const path = target.split('?', 1)[0];
    if (path !== '/metrics' && path !== '/healthz' && path !== '/readyz') {
      return plainPage(404, 'nothing is here; there are /metrics, /healthz and /readyz\n');
    }
    if (method !== 'GET' && method !== 'HEAD') return { ...plainPage(405, `${path} is read with GET or HEAD\n`), allow: METHODS };
    if (path === '/metrics') return this.#metricsPage(takesGzip);
    return path === '/healthz' ? this.#healthPage() : this.#readinessPage();
  }

  #healthPage(): Page {
    const { isFine, reasons } = this.#source.broker?.health ?? { isFine: true, reasons: [] };
    return jsonPage(isFine, { status: isFine ? 'alive' : 'failed', reasons });
  }

  #readinessPage(): Page {
    const { isFine, reasons } = this.#source.broker?.readiness ?? { isFine: false, reasons: ['The store is being opened.'] };
    return jsonPage(isFine, { status: isFine ? 'ready' : 'not ready', reasons });
  }

  async #metricsPage(takesGzip: boolean): Promise<Page> {
    const { broker, monotonicMs } = this.#source;
    if (broker === undefined) return plainPage(503, 'the store is being opened\n');
    const nowMs = monotonicMs();
    if (this.#metrics === undefined || nowMs - this.#metrics.atMs >= METRICS_AGE_MAX_MS) this.#metrics = { text: metricsText(broker), atMs: nowMs };
    const made = this.#metrics;
    try {
      const text = await made.text;
      if (!takesGzip || text.plain.length < GZIP_BYTES_MIN) return { status: 200, contentType: PROMETHEUS, body: text.plain };
      text.packed ??= gzipped(text.plain, GZIP_OPTIONS);
      return { status: 200, contentType: PROMETHEUS, body: await text.packed, isGzip: true };
    } catch (error) {
      if (this.#metrics === made) this.#metrics = undefined;
      throw error;
    }
  }
}

async function metricsText(broker: Pick<Broker, 'metricsText'>): Promise<MetricsText> {
  return { plain: Buffer.from(await broker.metricsText()), packed: undefined };
}

function plainPage(status: number, text: string): Page {
  return { status, contentType: PLAIN, body: Buffer.from(text) };
}

function jsonPage(isFine: boolean, content: object): Page {
  return { status: isFine ? 200 : 503, contentType: JSON_TYPE, body: Buffer.from(`${JSON.stringify(content)}\n`) };
}
