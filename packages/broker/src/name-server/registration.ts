import type { Env, Timer } from '@rocketmq-ts/kernel';
import { decodeKVTable, RegisterBrokerResponseHeader, type RemotingCommand, ResponseCode } from '@rocketmq-ts/remoting-protocol';
import type { RemotingClient } from '@rocketmq-ts/remoting';

import type { BrokerIdentity, LiveSettings } from '../settings.ts';
import type { MasterHint } from '../slave/master-follower.ts';
import type { TopicTable } from '../topics/topic-table.ts';
import { registerRequest, sameRequest, topicsToRegister, unregisterRequest } from './registration-request.ts';

export interface RegistrationSettings {
  /** `host:port` each; none: this broker is found by nobody but those who know its address. */
  readonly nameServers: readonly string[];
  readonly registerNameServerPeriod: number;
  readonly registerBrokerTimeoutMills: number;
  readonly compressedRegister: boolean;
}

export interface RegistrationParts {
  readonly env: Pick<Env, 'clock' | 'timers' | 'log'>;
  readonly client: Pick<RemotingClient, 'invoke'>;
  readonly identity: BrokerIdentity;
  readonly live: LiveSettings;
  readonly topics: TopicTable;
  readonly settings: RegistrationSettings;
  /** Of a slave: told after every round what the first name server that knows its master says; undefined: none that answered knows. */
  readonly onMaster: ((hint: MasterHint | undefined) => void) | undefined;
}

const PERIOD_MIN_MS = 10_000;
const PERIOD_MAX_MS = 60_000;
/**
 * A name server that could not be reached may just be starting, as when one types both commands of the tutorial: it is
 * asked again soon, and less and less often.
 */
const RETRY_MIN_MS = 100;
const RETRY_MAX_MS = 5_000;
/** A slave without a master asks on: it is to follow within about a second of its master's registration. */
const SEEK_MAX_MS = 1_000;
const UNREGISTER_TIMEOUT_MS = 3_000;

interface RegistrationAnswer {
  readonly body: Buffer | undefined;
  readonly master: MasterHint | undefined;
}

/**
 * Keeps this broker and its topics known to all name servers: at the start, after every change of a topic, and
 * periodically, since a name server forgets a broker after 120 s of silence. One round at a time; changes during a
 * round lead to one more.
 *
 * Java differs: forceRegister=false makes it ask first whether anything changed; a whole registration has the same
 * effect and is what it sends by default.
 * Source: broker/BrokerController.java registerBrokerAll, broker/out/BrokerOuterAPI.java (4.6.0)
 */
export class Registration {
  readonly #parts: RegistrationParts;
  /** Name servers that did not take the last registration. */
  readonly #unreachable = new Set<string>();
  /** Name server → why it does not take this broker. */
  readonly #refusals = new Map<string, string>();
  #round: Promise<void> | undefined;
  #isDirty = false;
  #isMasterSought: boolean;
  #retryMs = RETRY_MIN_MS;
  #timer: Timer | undefined;
  #isStopped = false;
  #isRegistered = false;

  constructor(parts: RegistrationParts) {
    this.#parts = parts;
    this.#isMasterSought = parts.onMaster !== undefined;
  }

  /** Some name server has taken this broker since the start. */
  get isRegistered(): boolean {
    return this.#isRegistered;
  }

  /** Name servers that did not answer the last registration. */
  get unreachable(): readonly string[] {
    return [...this.#unreachable].filter((address) => !this.#refusals.has(address));
  }

  /** What name servers said that do not take this broker; it goes on asking them. */
  get refusals(): readonly string[] {
    return [...this.#refusals].map(([nameServer, reason]) => `name server ${nameServer} does not take this broker: ${reason}`);
  }

  /** Resolves when every name server has answered or failed to. */
  async start(): Promise<void> {
    if (this.#parts.settings.nameServers.length > 0) await this.registerSoon();
  }

  /** Registers, now or right after the round under way. Resolves when the table as of now has been sent. */
  registerSoon(): Promise<void> {
    if (this.#isStopped || this.#parts.settings.nameServers.length === 0) return Promise.resolve();
    this.#isDirty = true;
    this.#round ??= this.#rounds();
    return this.#round;
  }

  /** The connection to a name server is lost: it may have been restarted and know nothing. */
  lost(address: string): void {
    if (this.#isStopped || !this.#parts.settings.nameServers.includes(address) || this.#unreachable.has(address)) return;
    this.#unreachable.add(address);
    this.#hurry();
  }

  /** The connection to the master of this slave is lost: it may come back at another address. */
  masterLost(): void {
    if (this.#isStopped || this.#parts.onMaster === undefined || this.#isMasterSought) return;
    this.#isMasterSought = true;
    this.#hurry();
  }

  /** Tells all name servers that this broker is gone. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#timer?.cancel();
    await this.#round;
    const { client, identity, settings, env } = this.#parts;
    await Promise.all(
      settings.nameServers.map(async (address) => {
        try {
          await client.invoke(address, unregisterRequest(identity), { timeoutMs: UNREGISTER_TIMEOUT_MS });
          env.log.info('Unregistered from a name server.', { nameServer: address });
        } catch (error) {
          env.log.warn('A name server could not be told that this broker stops.', { nameServer: address, reason: (error as Error).message });
        }
      }),
    );
  }

  async #rounds(): Promise<void> {
    this.#timer?.cancel();
    // What else changes in this turn goes with the same round.
    await Promise.resolve();
    while (this.#isDirty) {
      this.#isDirty = false;
      await this.#registerAll();
    }
    this.#round = undefined;
    this.#scheduleNext();
  }

  /** What has just been lost is looked for at once, whatever has been looked for in vain before. */
  #hurry(): void {
    this.#retryMs = RETRY_MIN_MS;
    if (this.#round !== undefined) return;
    this.#timer?.cancel();
    this.#scheduleNext();
  }

  #scheduleNext(): void {
    if (this.#isStopped) return;
    this.#timer = this.#parts.env.timers.after(this.#nextDelayMs(), () => void this.registerSoon());
  }

  #nextDelayMs(): number {
    if (this.#unreachable.size === 0 && !this.#isMasterSought) {
      this.#retryMs = RETRY_MIN_MS;
      return Math.max(PERIOD_MIN_MS, Math.min(this.#parts.settings.registerNameServerPeriod, PERIOD_MAX_MS));
    }
    const delayMs = this.#retryMs;
    this.#retryMs = Math.min(2 * delayMs, this.#isMasterSought ? SEEK_MAX_MS : RETRY_MAX_MS);
    return delayMs;
  }

  async #registerAll(): Promise<void> {
    const { identity, topics, live, settings } = this.#parts;
    const request = registerRequest(identity, topicsToRegister(topics.snapshot(), live.brokerPermission), settings.compressedRegister);
    const answers = await Promise.all(settings.nameServers.map((address) => this.#registerAt(address, request)));
    const first = answers.find((answer) => answer !== undefined);
    if (first === undefined || this.#isStopped) return;
    // A slave's topics are its master's, in their order too.
    if (this.#parts.onMaster !== undefined) this.#takeMaster(answers.find((answer) => answer?.master !== undefined)?.master);
    else if (first.body !== undefined) this.#takeOrderTopics(first.body);
  }

  async #registerAt(address: string, request: RemotingCommand): Promise<RegistrationAnswer | undefined> {
    this.#refusals.delete(address);
    try {
      const copy = sameRequest(request);
      const answer = await this.#parts.client.invoke(address, copy, { timeoutMs: this.#parts.settings.registerBrokerTimeoutMills });
      if (answer.code !== ResponseCode.SUCCESS) {
        this.#refusals.set(address, answer.remark ?? `code ${answer.code}`);
        throw new Error(`code ${answer.code} ${answer.remark ?? ''}`);
      }
      this.#isRegistered = true;
      const { masterAddr, haServerAddr } = RegisterBrokerResponseHeader.decode(answer.extFields);
      if (this.#unreachable.delete(address)) this.#parts.env.log.info('A name server is reached again.', { nameServer: address });
      const master = masterAddr === undefined || masterAddr === '' ? undefined : { masterAddr, haServerAddr };
      // Not to wait for a name server that hangs.
      if (master !== undefined && this.#isMasterSought && !this.#isStopped) this.#takeMaster(master);
      return { body: answer.body, master };
    } catch (error) {
      if (!this.#unreachable.has(address)) {
        this.#parts.env.log.warn('This broker could not be registered at a name server; it is tried again.', { nameServer: address, reason: (error as Error).message });
      }
      this.#unreachable.add(address);
      return undefined;
    }
  }

  #takeMaster(hint: MasterHint | undefined): void {
    this.#isMasterSought = hint === undefined;
    this.#parts.onMaster?.(hint);
  }

  #takeOrderTopics(body: Buffer): void {
    const { env, topics } = this.#parts;
    try {
      topics.setOrderTopics(new Set(decodeKVTable(body).table.keys()), env.clock.wallMs());
    } catch (error) {
      env.log.warn('A name server sent ordered topics that can not be read.', { reason: (error as Error).message });
    }
  }
}
