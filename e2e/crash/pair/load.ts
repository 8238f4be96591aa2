/**
 * Producers that keep the history of every answer: several connections, each with a burst under way at all times, none
 * of which sends a message twice. What got no answer may or may not have been stored.
 */
import { Code, sendMessage } from '../../interop/harness/broker-questions.ts';
import { WireClient } from '../../interop/harness/wire.ts';

const CONNECTIONS = 4;
const BURST = 32;
/** Between bursts, so that consumers and a JVM beside it keep up on two cores. */
const PAUSE_MS = 2;
const AGAIN_MS = 10;
/** While messages are stored on the master alone, it is not flooded with them: the slave has to catch up. */
const ALONE_MS = 200;
const ANSWER_MS = 10_000;
/** Java’s receiver shortens what is longer. */
const BODY_BYTES = 100;

/** An answer that names a place: the message is stored there. */
export interface Answered {
  readonly body: string;
  readonly code: number;
  readonly queueId: number;
  readonly queueOffset: number;
}

const STORED: readonly number[] = [Code.SUCCESS, Code.FLUSH_DISK_TIMEOUT, Code.SLAVE_NOT_AVAILABLE, Code.FLUSH_SLAVE_TIMEOUT];

export class RecordingLoad {
  /** In order of arrival. */
  readonly answered: Answered[] = [];
  /** Answers that say "not stored". */
  readonly refused = new Map<string, number>();
  unanswered = 0;
  /** SEND_OK: the slave has it as well. */
  acknowledged = 0;
  readonly #address: string;
  readonly #topic: string;
  readonly #queues: number;
  #isRunning = true;
  #sequence = 0;
  readonly #loops: ReadonlyArray<Promise<void>>;
  #awaited: { readonly count: number; readonly resolve: () => void } | undefined;

  constructor(address: string, topic: string, queues: number) {
    this.#address = address;
    this.#topic = topic;
    this.#queues = queues;
    this.#loops = Array.from({ length: CONNECTIONS }, (_, connection) => this.#run(connection));
  }

  /** Resolves when `count` more messages have been answered SEND_OK. @throws Error when that takes longer. */
  async moreAcknowledged(count: number, timeoutMs: number): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`no ${count} messages were answered SEND_OK within ${timeoutMs} ms: ${this.account()}`)), timeoutMs);
      this.#awaited = {
        count: this.acknowledged + count,
        resolve: () => {
          clearTimeout(timer);
          resolve();
        },
      };
    });
  }

  async stop(): Promise<void> {
    this.#isRunning = false;
    await Promise.all(this.#loops);
  }

  account(): string {
    const byCode = new Map<number, number>();
    for (const { code } of this.answered) byCode.set(code, (byCode.get(code) ?? 0) + 1);
    return `${this.acknowledged} SEND_OK, ${byCode.get(Code.SLAVE_NOT_AVAILABLE) ?? 0} SLAVE_NOT_AVAILABLE, ${byCode.get(Code.FLUSH_SLAVE_TIMEOUT) ?? 0} FLUSH_SLAVE_TIMEOUT, ` +
      `${this.unanswered} unanswered, ${this.refused.size === 0 ? 'none refused' : [...this.refused].map(([why, count]) => `${count} refused: ${why}`).join('; ')}`;
  }

  async #run(connection: number): Promise<void> {
    let wire: WireClient | undefined;
    while (this.#isRunning) {
      try {
        if (wire?.isOpen !== true) wire = await WireClient.connect(this.#address);
        const acknowledged = await this.#burst(wire, connection);
        await pause(acknowledged ? PAUSE_MS : ALONE_MS);
      } catch {
        await pause(AGAIN_MS); // nobody listens there
      }
    }
    wire?.close();
  }

  /** Whether any of it was answered SEND_OK. */
  async #burst(wire: WireClient, connection: number): Promise<boolean> {
    const before = this.acknowledged;
    await Promise.all(Array.from({ length: BURST }, () => this.#send(wire, connection)));
    return this.acknowledged > before;
  }

  async #send(wire: WireClient, connection: number): Promise<void> {
    this.#sequence += 1;
    const body = `${connection}-${this.#sequence}:`.padEnd(BODY_BYTES, '.');
    try {
      const { code, remark, queueId, queueOffset } = await sendMessage(wire, this.#topic, body, { queueId: this.#sequence % this.#queues, timeoutMs: ANSWER_MS });
      if (STORED.includes(code)) this.#stored({ body, code, queueId, queueOffset });
      else this.refused.set(`${code} ${remark.slice(0, 60)}`, (this.refused.get(`${code} ${remark.slice(0, 60)}`) ?? 0) + 1);
    } catch {
      this.unanswered += 1;
    }
  }

  #stored(answer: Answered): void {
    this.answered.push(answer);
    if (answer.code !== Code.SUCCESS) return;
    this.acknowledged += 1;
    if (this.#awaited === undefined || this.acknowledged < this.#awaited.count) return;
    this.#awaited.resolve();
    this.#awaited = undefined;
  }
}

async function pause(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
}
