import type { DataVersion, TopicConfig, TopicConfigSerializeWrapper } from '@rocketmq-ts/remoting-protocol';

import { nextVersion } from '../data-version.ts';

/** Told after each change; `topic` is the one that was made, changed or deleted, if it was one. */
export interface TopicListener {
  topicsChanged(topic: string | undefined): void;
}

/**
 * Topics of this broker: Java's TopicConfigManager without its file, its lock and its calls to the name server.
 * Configs are never changed in place, so a caller may keep one for the length of a request.
 *
 * Source: broker/topic/TopicConfigManager.java (4.6.0)
 */
export class TopicTable {
  readonly #topics = new Map<string, TopicConfig>();
  readonly #listener: TopicListener;
  #version: DataVersion;

  constructor(nowWallMs: number, listener: TopicListener) {
    this.#version = { timestamp: nowWallMs, counter: 0 };
    this.#listener = listener;
  }

  get dataVersion(): DataVersion {
    return this.#version;
  }

  get size(): number {
    return this.#topics.size;
  }

  get(topic: string): TopicConfig | undefined {
    return this.#topics.get(topic);
  }

  has(topic: string): boolean {
    return this.#topics.has(topic);
  }

  configs(): IterableIterator<TopicConfig> {
    return this.#topics.values();
  }

  put(config: TopicConfig, nowWallMs: number): void {
    this.#topics.set(config.topicName, config);
    this.#changed(config.topicName, nowWallMs);
  }

  delete(topic: string, nowWallMs: number): boolean {
    const existed = this.#topics.delete(topic);
    if (existed) this.#changed(topic, nowWallMs);
    return existed;
  }

  /** A new version without a change of a topic: the broker's permission, which goes out with every topic, changed. */
  touch(nowWallMs: number): void {
    this.#changed(undefined, nowWallMs);
  }

  isOrderTopic(topic: string): boolean {
    return this.#topics.get(topic)?.order ?? false;
  }

  /** Takes over which topics are ordered, as the name server keeps it. One new version at most. */
  setOrderTopics(ordered: ReadonlySet<string>, nowWallMs: number): void {
    let changed = false;
    for (const config of this.#topics.values()) {
      const order = ordered.has(config.topicName);
      if (order === config.order) continue;
      this.#topics.set(config.topicName, { ...config, order });
      changed = true;
    }
    if (changed) this.#changed(undefined, nowWallMs);
  }

  /** Fills the table from a file; nobody is told. */
  load(wrapper: TopicConfigSerializeWrapper): void {
    for (const [topic, config] of wrapper.topicConfigTable) this.#topics.set(topic, config);
    this.#version = wrapper.dataVersion;
  }

  /** Becomes what a master's table is, its version included. Returns the topics that are no more. */
  replace(wrapper: TopicConfigSerializeWrapper): string[] {
    const gone = [...this.#topics.keys()].filter((topic) => !wrapper.topicConfigTable.has(topic));
    this.#topics.clear();
    this.load(wrapper);
    this.#listener.topicsChanged(undefined);
    return gone;
  }

  /** Adds a topic of the broker itself unless there is one; no new version, as in Java. */
  addAtBoot(config: TopicConfig): void {
    if (!this.#topics.has(config.topicName)) this.#topics.set(config.topicName, config);
  }

  /** A copy to send or to write: the table may change afterwards. */
  snapshot(): TopicConfigSerializeWrapper {
    return { dataVersion: this.#version, topicConfigTable: new Map(this.#topics) };
  }

  #changed(topic: string | undefined, nowWallMs: number): void {
    this.#version = nextVersion(this.#version, nowWallMs);
    this.#listener.topicsChanged(topic);
  }
}
