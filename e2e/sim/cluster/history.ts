import type { SendStatus } from '@rocketmq-ts/client-producer';

/** One message as its producer knows it. */
export interface Send {
  readonly id: string;
  readonly body: Buffer;
  /** False: the sender did not want to wait for flush and slave. */
  readonly waits: boolean;
  /** How often the client may have sent it. */
  readonly attemptsMax: number;
  readonly invokedMs: number;
  /** Undefined: not heard yet, or the sender died. */
  outcome: SendOutcome | undefined;
}

export type SendOutcome = Answered | { readonly atMs: number; readonly status: 'FAILED' };

export interface Answered {
  readonly atMs: number;
  readonly status: SendStatus;
  readonly queueId: number;
  readonly queueOffset: number;
  readonly physicalOffset: number;
}

/** One message as somebody was served it. */
export interface Read {
  readonly atMs: number;
  /** `group host` of a consumer, or `audit broker`. */
  readonly by: string;
  readonly id: string;
  readonly body: Buffer;
  readonly queueId: number;
  readonly queueOffset: number;
  readonly physicalOffset: number;
}

/** What a broker said about how far a group has come. */
export interface Committed {
  readonly atMs: number;
  readonly broker: string;
  readonly group: string;
  readonly queueId: number;
  readonly offset: number;
}

/** Something that happened to a host; `stop` when it has come to its end in order. Lines are those between master and slave, told of the slave. */
export interface Happening {
  readonly atMs: number;
  readonly host: string;
  readonly what: 'up' | 'kill' | 'power loss' | 'stop' | 'line cut' | 'line healed';
  /** Of a master that has come up and could ask its slave what had been committed there: when it began to. */
  readonly askedAtMs: number | undefined;
}

/**
 * All that producers, consumers and operators know: what a cluster can be held to. Outlives all processes. `lines` is
 * the same as text, in order: equal seeds give equal lines.
 */
export class History {
  readonly lines: string[] = [];
  readonly sends = new Map<string, Send>();
  readonly reads: Read[] = [];
  readonly committed: Committed[] = [];
  readonly happenings: Happening[] = [];
  /** Pulls that found messages, by the broker that was asked. */
  readonly found: { readonly atMs: number; readonly client: string; readonly address: string }[] = [];
  readonly #nowMs: () => number;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  note(text: string): void {
    this.lines.push(`${this.#nowMs().toFixed(3).padStart(11)} ${text}`);
  }

  happened(host: string, what: Happening['what'], askedAtMs?: number): void {
    this.happenings.push({ atMs: this.#nowMs(), host, what, askedAtMs });
    this.note(`${host}: ${what}`);
  }

  send(send: Omit<Send, 'invokedMs' | 'outcome'>): Send {
    const made: Send = { ...send, invokedMs: this.#nowMs(), outcome: undefined };
    this.sends.set(send.id, made);
    this.note(`send ${send.id}${send.waits ? '' : ', does not wait'}`);
    return made;
  }

  answered(send: Send, answer: Omit<Answered, 'atMs'>): void {
    send.outcome = { atMs: this.#nowMs(), ...answer };
    this.note(`${send.id}: ${answer.status} ${answer.queueId}/${answer.queueOffset} at ${answer.physicalOffset}`);
  }

  failed(send: Send, why: string): void {
    send.outcome = { atMs: this.#nowMs(), status: 'FAILED' };
    this.note(`${send.id}: failed, ${why}`);
  }

  /** What an audit found; without a line for each. */
  audited(broker: string, reads: readonly Read[]): void {
    this.reads.push(...reads);
    const last = reads.at(-1);
    this.note(`the ${broker} serves ${reads.length} messages, ${last?.id} the last`);
  }

  read(read: Omit<Read, 'atMs'>): void {
    this.reads.push({ atMs: this.#nowMs(), ...read });
    this.note(`${read.by} reads ${read.id} at ${read.queueId}/${read.queueOffset}, ${read.physicalOffset}`);
  }

  pulled(client: string, address: string): void {
    this.found.push({ atMs: this.#nowMs(), client, address });
  }

  sawCommitted(broker: string, group: string, queueId: number, offset: number): void {
    this.committed.push({ atMs: this.#nowMs(), broker, group, queueId, offset });
    this.note(`${broker}: ${group} has committed ${queueId}/${offset}`);
  }
}
