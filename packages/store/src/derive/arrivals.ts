/**
 * Messages derived in one call, told to the listener when the call is through: in log order, from tables that are reused,
 * so that nothing is allocated per message and the listener may read queues at once.
 */
import type { ArrivalListener } from '../ports.ts';

export class Arrivals {
  readonly #topics: string[] = [];
  readonly #queueIds: number[] = [];
  readonly #nextOffsets: number[] = [];
  readonly #tagsCodes: number[] = [];
  #count = 0;

  add(topic: string, queueId: number, nextQueueOffset: number, tagsCode: number): void {
    const index = this.#count++;
    this.#topics[index] = topic;
    this.#queueIds[index] = queueId;
    this.#nextOffsets[index] = nextQueueOffset;
    this.#tagsCodes[index] = tagsCode;
  }

  tell(listener: ArrivalListener): void {
    const count = this.#count;
    this.#count = 0;
    for (let index = 0; index < count; index++) {
      listener.messageArrived(
        this.#topics[index] as string,
        this.#queueIds[index] as number,
        this.#nextOffsets[index] as number,
        this.#tagsCodes[index] as number,
      );
    }
  }
}
