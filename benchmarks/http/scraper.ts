import { Agent, get } from 'node:http';

/** Asks for a page again and again at a fixed period, over one connection, as Prometheus does. */
export class Scraper {
  readonly #url: string;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });
  readonly #timer: NodeJS.Timeout;
  #scrapes = 0;
  #bytes = 0;
  #failure: Error | undefined;

  constructor(url: string, periodMs: number) {
    this.#url = url;
    this.#timer = setInterval(() => this.#scrape(), periodMs);
  }

  /** @throws Error when a scrape has failed */
  stop(): { readonly scrapes: number; readonly bytesEach: number } {
    clearInterval(this.#timer);
    this.#agent.destroy();
    if (this.#failure !== undefined) throw new Error(`${this.#url} could not be scraped: ${this.#failure.message}`, { cause: this.#failure });
    return { scrapes: this.#scrapes, bytesEach: this.#scrapes === 0 ? 0 : Math.round(this.#bytes / this.#scrapes) };
  }

  #scrape(): void {
    const request = get(this.#url, { agent: this.#agent, headers: { 'Accept-Encoding': 'gzip' } }, (response) => {
      if (response.statusCode !== 200) this.#failure ??= new Error(`status ${response.statusCode}`);
      response.on('data', (chunk: Buffer) => (this.#bytes += chunk.length));
      response.on('end', () => this.#scrapes++);
    });
    request.on('error', (error) => {
      if (this.#timer.hasRef() && !isStopped(error)) this.#failure ??= error;
    });
  }
}

/** The agent's end takes what is under way with it. */
function isStopped(error: NodeJS.ErrnoException): boolean {
  return error.code === 'ECONNRESET' || error.message === 'socket hang up';
}
