/** Looks at the committed offsets of both brokers all the time and remembers where one was lower than before. */
import { allConsumerOffsets } from '../../interop/harness/broker-questions.ts';
import type { ReplicaPair, Side } from '../../interop/harness/replica-pair.ts';

const EVERY_MS = 50;

export class OffsetWatch {
  readonly #pair: ReplicaPair;
  readonly #furthest = new Map<string, number>();
  readonly #wentBack: string[] = [];
  readonly #loop: Promise<void>;
  #isRunning = true;

  constructor(pair: ReplicaPair) {
    this.#pair = pair;
    this.#loop = this.#run();
  }

  /** What went back since the last call, each side for itself. */
  takeWentBack(): string[] {
    return this.#wentBack.splice(0);
  }

  /** Offsets at a broker that are lower than this group ever had at either of the two. */
  async behindFurthest(side: Side, group: string): Promise<string[]> {
    const behind: string[] = [];
    for (const [name, queues] of await allConsumerOffsets(await this.#pair.ask(side))) {
      if (!name.endsWith(`@${group}`)) continue;
      for (const [queueId, offset] of queues) {
        const furthest = Math.max(...(['master', 'slave'] as const).map((one) => this.#furthest.get(`${one} ${name} ${queueId}`) ?? 0));
        if (offset < furthest) behind.push(`${side} ${name} ${queueId}: ${offset} after ${furthest}`);
      }
    }
    return behind;
  }

  async look(side: Side): Promise<void> {
    for (const [name, queues] of await allConsumerOffsets(await this.#pair.ask(side))) {
      for (const [queueId, offset] of queues) {
        const key = `${side} ${name} ${queueId}`;
        const furthest = this.#furthest.get(key) ?? 0;
        if (offset < furthest) this.#wentBack.push(`${key}: ${offset} after ${furthest}`);
        this.#furthest.set(key, Math.max(offset, furthest));
      }
    }
  }

  async stop(): Promise<void> {
    this.#isRunning = false;
    await this.#loop;
  }

  async #run(): Promise<void> {
    while (this.#isRunning) {
      for (const side of ['master', 'slave'] as const) await this.look(side).catch(() => undefined); // it is down
      await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
    }
  }
}
