/**
 * One client instance per client id and set of name servers, shared by the producers and consumers of a process and
 * counted: the first `acquire` starts it, the last `release` stops it and leaves nothing behind.
 *
 * Java differs: it shares by client id alone, so a second cluster's producer silently talks to the first cluster.
 */
import { assert, type Env } from '@rocketmq-ts/kernel';
import type { RequestHook } from '@rocketmq-ts/remoting';
import { type ClientOptions, MQClient } from './client.ts';
import { MQClientError } from './errors.ts';

interface Entry {
  readonly key: string;
  readonly client: MQClient;
  readonly hooks: readonly RequestHook[];
  userCount: number;
}

export interface ClientLease {
  readonly client: MQClient;
  /** Resolves when nothing of this lease is left; the last lease stops the client. Idempotent. */
  release(): Promise<void>;
}

export class ClientRegistry {
  readonly #env: Env;
  readonly #entries = new Map<string, Entry>();

  constructor(env: Env) {
    this.#env = env;
  }

  /** Clients that are alive. */
  get size(): number {
    return this.#entries.size;
  }

  /** Intervals are those of the first user. @throws MQClientError RMQ_OPTION when the others' hooks are not the same */
  acquire(options: ClientOptions): ClientLease {
    const key = JSON.stringify([options.clientId, [...options.nameServers].sort()]);
    let entry = this.#entries.get(key);
    if (entry === undefined) {
      entry = { key, client: new MQClient(this.#env, options), hooks: options.hooks ?? [], userCount: 0 };
      this.#entries.set(key, entry);
      entry.client.start();
    }
    else if (!sameHooks(entry.hooks, options.hooks)) throw otherHooks(options.clientId);
    entry.userCount += 1;
    return this.#lease(entry);
  }

  #lease(entry: Entry): ClientLease {
    let released: Promise<void> | undefined;
    const release = async (): Promise<void> => {
      assert(entry.userCount > 0, 'a client is not released more often than acquired');
      entry.userCount -= 1;
      if (entry.userCount > 0) return;
      // Gone from the table first: whoever starts meanwhile gets a new client, not a dying one.
      this.#entries.delete(entry.key);
      await entry.client.stop();
    };
    return { client: entry.client, release: () => (released ??= release()) };
  }
}

function sameHooks(a: readonly RequestHook[], b: readonly RequestHook[] = []): boolean {
  return a.length === b.length && a.every((hook, i) => hook === b[i]);
}

/** One connection serves all users of a client: hooks that only some of them want would silently see the others, or be left out. */
function otherHooks(clientId: string): MQClientError {
  return new MQClientError('RMQ_OPTION', `hooks: the client ${clientId} runs already with other hooks`, { hint: 'Give this one its own instanceName.' });
}
