import type { Broker } from '@rocketmq-ts/broker';

/** An answer, before it is one of HTTP. */
export interface Page {
  readonly status: number;
  readonly contentType: string;
  readonly text: string;
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

/** `GET /metrics`, `/healthz`, `/readyz`. */
export class StatusPages {
  readonly #source: StatusSource;
  #metrics: { readonly text: Promise<string>; readonly atMs: number } | undefined;

  constructor(source: StatusSource) {
    this.#source = source;
  }

  /** @param target path with or without a query, as the request line has it */
  page(method: string, target: string): Page | Promise<Page> {
    const path = target.split('?', 1)[0];
    if (path !== '/metrics' && path !== '/healthz' && path !== '/readyz') {
      return { status: 404, contentType: PLAIN, text: 'nothing is here; there are /metrics, /healthz and /readyz\n' };
    }
    if (method !== 'GET' && method !== 'HEAD') return { status: 405, contentType: PLAIN, text: `${path} is read with GET or HEAD\n`, allow: METHODS };
    if (path === '/metrics') return this.#metricsPage();
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

  async #metricsPage(): Promise<Page> {
    const { broker, monotonicMs } = this.#source;
    if (broker === undefined) return { status: 503, contentType: PLAIN, text: 'the store is being opened\n' };
    const nowMs = monotonicMs();
    if (this.#metrics === undefined || nowMs - this.#metrics.atMs >= METRICS_AGE_MAX_MS) this.#metrics = { text: broker.metricsText(), atMs: nowMs };
    const made = this.#metrics;
    try {
      return { status: 200, contentType: PROMETHEUS, text: await made.text };
    } catch (error) {
      if (this.#metrics === made) this.#metrics = undefined;
      throw error;
    }
  }
}

function jsonPage(isFine: boolean, content: object): Page {
  return { status: isFine ? 200 : 503, contentType: JSON_TYPE, text: `${JSON.stringify(content)}\n` };
}
