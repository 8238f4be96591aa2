import { type DataVersion, newSubscriptionGroupConfig, type SubscriptionGroupConfig, type SubscriptionGroupWrapper } from '@rocketmq-ts/remoting-protocol';

import { nextVersion } from '../data-version.ts';
import { BROKER_LIMITS } from '../limits.ts';

/** Groups of the broker's own tools, which may always be made. */
const SYSTEM_GROUP_PREFIX = 'CID_RMQ_SYS_';

const BOOT_GROUPS = [
  'TOOLS_CONSUMER',
  'FILTERSRV_CONSUMER',
  'SELF_TEST_C_GROUP',
  'CID_ONS-HTTP-PROXY',
  'CID_ONSAPI_PULL',
  'CID_ONSAPI_PERMISSION',
  'CID_ONSAPI_OWNER',
] as const;

/**
 * Consumer groups and what they may do: Java's SubscriptionGroupManager without its file. Configs are never changed
 * in place.
 *
 * Source: broker/subscription/SubscriptionGroupManager.java (4.6.0)
 */
export class SubscriptionGroups {
  readonly #groups = new Map<string, SubscriptionGroupConfig>();
  readonly #onChange: () => void;
  #version: DataVersion;

  constructor(nowWallMs: number, onChange: () => void) {
    this.#version = { timestamp: nowWallMs, counter: 0 };
    this.#onChange = onChange;
  }

  get dataVersion(): DataVersion {
    return this.#version;
  }

  get size(): number {
    return this.#groups.size;
  }

  get(group: string): SubscriptionGroupConfig | undefined {
    return this.#groups.get(group);
  }

  names(): IterableIterator<string> {
    return this.#groups.keys();
  }

  /** The group, made when absent and allowed; undefined when it neither is nor may be. The name is a valid one. */
  find(group: string, autoCreate: boolean, nowWallMs: number): SubscriptionGroupConfig | undefined {
    const known = this.#groups.get(group);
    if (known !== undefined) return known;
    if (!autoCreate && !group.startsWith(SYSTEM_GROUP_PREFIX)) return undefined;
    if (this.#groups.size >= BROKER_LIMITS.subscriptionGroups) return undefined;
    const made = newSubscriptionGroupConfig(group);
    this.put(made, nowWallMs);
    return made;
  }

  put(config: SubscriptionGroupConfig, nowWallMs: number): void {
    this.#groups.set(config.groupName, config);
    this.#changed(nowWallMs);
  }

  delete(group: string, nowWallMs: number): boolean {
    const existed = this.#groups.delete(group);
    if (existed) this.#changed(nowWallMs);
    return existed;
  }

  /** Fills the table from a file; nobody is told. */
  load(wrapper: SubscriptionGroupWrapper): void {
    for (const [group, config] of wrapper.subscriptionGroupTable) this.#groups.set(group, config);
    this.#version = wrapper.dataVersion;
  }

  /** Becomes what a master's table is, its version included. */
  replace(wrapper: SubscriptionGroupWrapper): void {
    this.#groups.clear();
    this.load(wrapper);
    this.#onChange();
  }

  /** Adds the broker's own groups where they are absent; no new version, as in Java. */
  addBootGroups(): void {
    for (const group of BOOT_GROUPS) if (!this.#groups.has(group)) this.#groups.set(group, newSubscriptionGroupConfig(group));
  }

  snapshot(): SubscriptionGroupWrapper {
    return { dataVersion: this.#version, subscriptionGroupTable: new Map(this.#groups) };
  }

  #changed(nowWallMs: number): void {
    this.#version = nextVersion(this.#version, nowWallMs);
    this.#onChange();
  }
}
