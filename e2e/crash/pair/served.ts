/** What a broker serves of a topic, read on from where the last look ended, and held against the answers of sends. */
import { readQueue } from '../../interop/harness/broker-questions.ts';
import { until } from '../../interop/harness/until.ts';
import type { WireClient } from '../../interop/harness/wire.ts';
import type { Answered } from './load.ts';

export class Served {
  readonly #topic: string;
  /** By queue and queue offset. */
  readonly #bodies: string[][];
  readonly #seen = new Set<string>();
  #next = 0;

  constructor(topic: string, queues: number) {
    this.#topic = topic;
    this.#bodies = Array.from({ length: queues }, () => []);
  }

  get count(): number {
    return this.#seen.size;
  }

  /** Those of `bodies` that have been served and are not among `received`. */
  notIn(received: ReadonlySet<string>): string[] {
    return [...this.#seen].filter((body) => !received.has(body));
  }

  /** One behind the last message of each queue. */
  get ends(): number[] {
    return this.#bodies.map((queue) => queue.length);
  }

  /** Reads what is new. @throws Error for a hole in a queue, or a message that stands twice. */
  async readOn(wire: WireClient): Promise<void> {
    for (const [queueId, bodies] of this.#bodies.entries()) {
      for (const { queueOffset, body } of await readQueue(wire, this.#topic, queueId, bodies.length)) {
        if (queueOffset !== bodies.length) throw new Error(`queue ${queueId}: ${queueOffset} follows ${bodies.length - 1}`);
        if (this.#seen.has(body)) throw new Error(`queue ${queueId} offset ${queueOffset}: ${nameOf(body)} stands there a second time`);
        bodies.push(body);
        this.#seen.add(body);
      }
    }
  }

  /**
   * Every message of `answered` that `counts` and was not asked for before is served at the place its answer named.
   * Queues are derived a moment after the log has the record, so what is missing is looked for until `timeoutMs`.
   * @throws Error that names what is missing or has another message in its place.
   */
  async expectAll(wire: WireClient, answered: readonly Answered[], counts: (answer: Answered) => boolean, timeoutMs: number): Promise<void> {
    const wanted = answered.slice(this.#next).filter(counts);
    this.#next = answered.length;
    await until(`${wire.address} serves all ${wanted.length} acknowledged messages`, async () => {
      await this.readOn(wire);
      const missing = wanted.filter(({ queueId, queueOffset }) => this.#bodies[queueId]?.[queueOffset] === undefined);
      return missing.length === 0 ? true : `${missing.length} lost, the first is ${placeOf(missing[0])}`;
    }, timeoutMs);
    const other = wanted.find(({ queueId, queueOffset, body }) => this.#bodies[queueId]?.[queueOffset] !== body);
    if (other !== undefined) throw new Error(`at the place of ${placeOf(other)} stands ${nameOf(this.#bodies[other.queueId]?.[other.queueOffset])}`);
  }
}

function placeOf(answer: Answered | undefined): string {
  return answer === undefined ? 'nothing' : `${nameOf(answer.body)} at queue ${answer.queueId} offset ${answer.queueOffset}`;
}

function nameOf(body: string | undefined): string {
  return body?.split(':')[0] ?? 'nothing';
}
