import type { Env } from '@rocketmq-ts/kernel';
import type { Replication } from '@rocketmq-ts/store';

import { askLogEnds, type Asker, type LogEnds } from './ask-broker.ts';
import type { ConfigSync } from './config-sync.ts';

/** What a name server knows of a slave's master. */
export interface MasterHint {
  readonly masterAddr: string;
  readonly haServerAddr: string | undefined;
}

/** Java's broker can't tell the ends of its log in the first second of its life. */
const LOG_ENDS_TRIES = 4;
const LOG_ENDS_PAUSE_MS = 500;

export interface MasterFollowerParts {
  readonly env: Pick<Env, 'timers' | 'log'>;
  readonly client: Asker;
  readonly replication: Pick<Replication, 'follow'>;
  readonly sync: Pick<ConfigSync, 'follow' | 'syncSoon'>;
  /** Main address of this broker. */
  readonly ownAddress: string;
  /** Comes before what the name servers say. */
  readonly haMasterAddress: string | undefined;
}

/**
 * Turns what is known of a slave's master into whom the log and the tables follow. A master that the name servers have
 * forgotten is gone: the connection to it may go on while it lasts, a new one is made when a name server names a master
 * again, and then at once.
 */
export class MasterFollower {
  readonly #parts: MasterFollowerParts;
  #masterAddr: string | undefined;
  #haAddress: string | undefined;
  #isKnown = true;
  #isSelfTold = false;

  constructor(parts: MasterFollowerParts) {
    this.#parts = parts;
  }

  /** HA address; undefined while no master was ever known. */
  get haAddress(): string | undefined {
    return this.#haAddress;
  }

  /** Main address; undefined while no master was ever known. */
  get masterAddr(): string | undefined {
    return this.#masterAddr;
  }

  start(): void {
    if (this.#parts.haMasterAddress !== undefined) this.#follow(this.#parts.haMasterAddress);
  }

  /** After every registration: the answer of the first name server that knows, undefined when none of those that answered does. */
  masterIs(hint: MasterHint | undefined): void {
    const { replication, sync, ownAddress, haMasterAddress } = this.#parts;
    const { log } = this.#parts.env;
    if (hint === undefined) {
      if (this.#isKnown) log.warn('No name server knows a master for this slave; they are asked again until one does.', { lastMaster: this.#masterAddr });
      this.#isKnown = false;
      if (haMasterAddress === undefined) replication.follow(undefined);
      return;
    }
    if (hint.masterAddr === ownAddress) {
      if (!this.#isSelfTold) log.error('A name server names this slave as its own master; it is not followed.', { masterAddr: ownAddress });
      this.#isSelfTold = true;
      return;
    }
    const haAddress = haMasterAddress ?? hint.haServerAddr;
    const isNews = !this.#isKnown || hint.masterAddr !== this.#masterAddr || haAddress !== this.#haAddress;
    this.#isKnown = true;
    this.#masterAddr = hint.masterAddr;
    if (haAddress !== undefined) this.#follow(haAddress);
    sync.follow(hint.masterAddr);
    if (!isNews) return;
    log.info('The master of this slave is found.', { masterAddr: hint.masterAddr, haAddress });
    sync.syncSoon();
  }

  #follow(haAddress: string): void {
    this.#haAddress = haAddress;
    this.#parts.replication.follow({ haAddress, logEnds: () => this.#logEnds() });
  }

  /** An empty log that does not know them would copy the last file only. */
  async #logEnds(): Promise<LogEnds | undefined> {
    const { client, env } = this.#parts;
    try {
      for (let tries = 0; tries < LOG_ENDS_TRIES && this.#masterAddr !== undefined; tries++) {
        const ends = await askLogEnds(client, this.#masterAddr);
        if (ends !== undefined) return ends;
        await new Promise<void>((resolve) => env.timers.after(LOG_ENDS_PAUSE_MS, resolve));
      }
    } catch {
      // It can't be asked; its HA port may be open all the same.
    }
    return undefined;
  }
}
