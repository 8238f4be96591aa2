/** Looks at the committed offsets of both brokers all the time and remembers where one was lower than before. */
import { allConsumerOffsets } from './broker-questions.ts';
import type { ReplicaPair, Side } from './replica-pair.ts';

const EVERY_MS = 50;

export class OffsetWatch implements AsyncDisposable {
  readonly #pair: ReplicaPair;
  readonly #furthest = new Map<string, number>();
  readonly #latest = new Map<string, number>();
  #wentBack: string[] = [];
  readonly #loop: Promise<void>;
  #isRunning = true;

  constructor(pair: ReplicaPair) {
    this.#pair = pair;
    this.#loop = this.#run();
  }

  /** What went back at one of the two since the last call. */
  takeWentBack(side: Side): string[] {
    const own = this.#wentBack.filter((text) => text.startsWith(`${side} `));
    this.#wentBack = this.#wentBack.filter((text) => !text.startsWith(`${side} `));
    return own;
  }

  /** Offsets at a broker that are lower, or missing, than this group ever had at either of the two. */
  async behindFurthest(side: Side, group: string): Promise<string[]> {
    const table = await allConsumerOffsets(await this.#pair.ask(side));
    const furthest = new Map<string, number>();
    for (const [key, offset] of this.#furthest) {
      const place = key.slice(key.indexOf(' ') + 1);
      furthest.set(place, Math.max(offset, furthest.get(place) ?? 0));
    }
    return [...furthest].flatMap(([place, known]) => {
      const [name = '', queueId = ''] = place.split(' ');
      const offset = table.get(name)?.get(Number(queueId)) ?? 0;
      return name.endsWith(`@${group}`) && offset < known ? [`${side} ${place}: ${offset} after ${known}`] : [];
    });
  }

  /** To be said of a slave that is gone: it comes back with what it stored last, and asks its master for the rest. */
  forget(side: Side): void {
    for (const key of [...this.#furthest.keys()]) if (key.startsWith(`${side} `)) this.#furthest.delete(key);
  }

  async look(side: Side): Promise<void> {
    for (const [name, queues] of await allConsumerOffsets(await this.#pair.ask(side))) {
      for (const [queueId, offset] of queues) {
        const key = `${side} ${name} ${queueId}`;
        const furthest = this.#furthest.get(key) ?? 0;
        if (offset < furthest && offset < (this.#latest.get(key) ?? 0)) this.#wentBack.push(`${key}: ${offset} after ${furthest}`);
        this.#furthest.set(key, Math.max(offset, furthest));
        this.#latest.set(key, offset);
      }
    }
  }

  async stop(): Promise<void> {
    this.#isRunning = false;
    await this.#loop;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  async #run(): Promise<void> {
    while (this.#isRunning) {
      for (const side of ['master', 'slave'] as const) await this.look(side).catch(() => undefined); // it is down
      await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
    }
  }
}
