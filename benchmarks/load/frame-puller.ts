// Reads raw frames: one pull under way for each queue, the queues dealt out to the connections. A piscina worker.
import { performance } from 'node:perf_hooks';
import type { Socket } from 'node:net';
import type { MessagePort } from 'node:worker_threads';
import { bodyAt, FrameSplitter, headerOf, remarkOf } from './answers.ts';
import { dialAll, type Target, watchConnection } from './dial.ts';
import { type Generator, type GeneratorReport, runGenerator } from './generator.ts';
import { offsetFrame, pullFrame, type QueuePlace, walkRecords } from './pull-frame.ts';
import { sentAt } from './stamp.ts';
import type { Tally } from './tally.ts';

export interface FramePullerTask {
  readonly port: MessagePort;
  readonly target: Target;
  readonly queues: readonly QueuePlace[];
  readonly connections: number;
  readonly consumerGroup: string;
  readonly pullBatch: number;
  /** `first`: what is stored is read, times are those of pulls. `last`: what comes is read, times are those of messages since they were sent. */
  readonly from: 'first' | 'last';
}

const FOUND = 0;
/** Nothing yet, try again, offset outside: the answer says where to go on. */
const GO_ON: readonly number[] = [19, 20, 21];

export default function framePuller(task: FramePullerTask): Promise<GeneratorReport> {
  return runGenerator(task.port, async (tally) => {
    const connections = Math.min(task.connections, task.queues.length);
    const sockets = await dialAll(task.target, connections);
    const pullers = sockets.map((socket, n) => new PullConnection(socket, task, task.queues.filter((_, at) => at % connections === n), tally));
    await Promise.race([Promise.all(pullers.map((puller) => puller.findStart())), tally.broken]);
    return new Pullers(pullers);
  });
}

class Pullers implements Generator {
  readonly #pullers: readonly PullConnection[];

  constructor(pullers: readonly PullConnection[]) {
    this.#pullers = pullers;
  }

  start(): void {
    for (const puller of this.#pullers) puller.pullAll();
  }

  /** A pull that waits for messages is nothing to wait for. */
  isIdle(): boolean {
    return true;
  }

  giveUp(): { unanswered: number; unsent: number } {
    return { unanswered: 0, unsent: 0 };
  }

  async close(): Promise<void> {
    for (const puller of this.#pullers) puller.close();
  }
}

class PullConnection {
  readonly #socket: Socket;
  readonly #task: FramePullerTask;
  readonly #queues: readonly QueuePlace[];
  readonly #tally: Tally;
  readonly #splitter: FrameSplitter = new FrameSplitter();
  readonly #askedAt: Float64Array;
  readonly #offsets: Float64Array;
  #toFind: number;
  #found: () => void = () => undefined;
  #out: Buffer[] = [];

  constructor(socket: Socket, task: FramePullerTask, queues: readonly QueuePlace[], tally: Tally) {
    this.#socket = socket;
    this.#task = task;
    this.#queues = queues;
    this.#tally = tally;
    this.#askedAt = new Float64Array(queues.length);
    this.#offsets = new Float64Array(queues.length);
    this.#toFind = queues.length;
    watchConnection(socket, tally);
    const onFrame = (bytes: Buffer, headerAt: number, end: number): void => this.#answer(bytes, headerAt, end, performance.now());
    socket.on('data', (chunk) => {
      this.#splitter.push(chunk, onFrame);
      this.#flush();
    });
  }

  /** Resolves when it is known where each queue is to be read from. */
  findStart(): Promise<void> {
    return new Promise((resolve) => {
      this.#found = resolve;
      this.#queues.forEach((queue, at) => this.#out.push(offsetFrame(queue, this.#task.from, at)));
      this.#flush();
    });
  }

  pullAll(): void {
    for (let at = 0; at < this.#queues.length; at++) this.#pull(at, performance.now());
    this.#flush();
  }

  close(): void {
    this.#socket.destroy();
  }

  #pull(at: number, now: number): void {
    this.#askedAt[at] = now;
    this.#out.push(pullFrame(this.#queues[at] as QueuePlace, this.#task.consumerGroup, this.#offsets[at] as number, this.#task.pullBatch, at));
  }

  #flush(): void {
    if (this.#out.length > 0) this.#socket.write(Buffer.concat(this.#out));
    this.#out = [];
  }

  #answer(bytes: Buffer, headerAt: number, end: number, now: number): void {
    const { code, opaque: at, extFields } = headerOf(bytes, headerAt);
    if (code !== FOUND && (this.#toFind > 0 || !GO_ON.includes(code))) {
      const { topic, queueId } = this.#queues[at] as QueuePlace;
      return this.#tally.broke(new Error(`queue ${queueId} of ${topic} cannot be read: ${remarkOf(bytes, headerAt, end)}`));
    }
    if (this.#toFind > 0) {
      this.#offsets[at] = Number(extFields?.offset);
      if (--this.#toFind === 0) this.#found();
      return;
    }
    this.#offsets[at] = Number(extFields?.nextBeginOffset);
    if (code === FOUND) this.#received(bytes, bodyAt(bytes, headerAt), end, at, now);
    if (now < this.#tally.until) this.#pull(at, now);
  }

  #received(bytes: Buffer, from: number, end: number, at: number, now: number): void {
    const tally = this.#tally;
    if (this.#task.from === 'first') tally.succeeded(this.#askedAt[at] as number, now, walkRecords(bytes, from, end, undefined));
    else {
      walkRecords(bytes, from, end, (body, length) => {
        const since = sentAt(bytes, body, length);
        if (!Number.isNaN(since)) tally.succeeded(since, now);
      });
    }
  }
}
