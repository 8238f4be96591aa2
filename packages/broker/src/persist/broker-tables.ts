import type { Env, Timer } from '@rocketmq-ts/kernel';
import { type TopicConfig, validateTopicName } from '@rocketmq-ts/remoting-protocol';
import { JsonFile } from '@rocketmq-ts/store';

import { SubscriptionGroups } from '../groups/subscription-groups.ts';
import { ConsumerOffsets } from '../offsets/consumer-offsets.ts';
import type { BootTopicSettings } from '../settings.ts';
import { bootTopics } from '../topics/boot-topics.ts';
import { SavedTopics } from '../topics/saved-topics.ts';
import { TopicTable } from '../topics/topic-table.ts';
import { FileSaver } from './file-saver.ts';
import { groupsText, offsetsText, parseGroups, parseOffsets, parseTopics, topicsText } from './table-texts.ts';

export interface TablesSettings {
  /** Folder of topics.json and the others: `config` below the store's root. */
  readonly folder: string;
  readonly bootTopics: BootTopicSettings;
  readonly flushConsumerOffsetInterval: number;
}

/** A retry topic may be longer than what can be stored: `%RETRY%` and a group's 255 characters. */
const LOADED_NAME_LENGTH_MAX = 300;

/** The three tables that outlive the process, with their files. */
export class BrokerTables {
  readonly topics: TopicTable;
  readonly savedTopics: SavedTopics;
  readonly systemTopics: ReadonlySet<string>;
  readonly groups: SubscriptionGroups;
  readonly offsets = new ConsumerOffsets();
  readonly #env: Pick<Env, 'timers' | 'log'>;
  readonly #settings: TablesSettings;
  readonly #topicSaver: FileSaver;
  readonly #groupSaver: FileSaver;
  readonly #offsetSaver: FileSaver;
  #offsetsSavedAt = 0;
  #timer: Timer | undefined;

  /** Reads what is there and adds what every broker has. @throws DiskError when a file is there and can't be read */
  constructor(env: Pick<Env, 'clock' | 'disk' | 'timers' | 'log'>, settings: TablesSettings, onTopicsChanged: () => void) {
    this.#env = env;
    this.#settings = settings;
    const nowWallMs = env.clock.wallMs();
    const topicsFile = new JsonFile(env, `${settings.folder}/topics.json`);
    const groupsFile = new JsonFile(env, `${settings.folder}/subscriptionGroup.json`);
    const offsetsFile = new JsonFile(env, `${settings.folder}/consumerOffset.json`);
    const saver = (name: string, encode: () => string, file: JsonFile): FileSaver =>
      new FileSaver({ name, encode, write: (text) => file.save(text), log: env.log });

    this.#topicSaver = saver('topics.json', () => topicsText(this.topics.snapshot()), topicsFile);
    this.#groupSaver = saver('subscriptionGroup.json', () => groupsText(this.groups.snapshot()), groupsFile);
    this.#offsetSaver = saver('consumerOffset.json', () => offsetsText(this.offsets.view()), offsetsFile);
    this.savedTopics = new SavedTopics(this.#topicSaver, onTopicsChanged);
    this.topics = new TopicTable(nowWallMs, this.savedTopics);
    this.groups = new SubscriptionGroups(nowWallMs, () => this.#groupSaver.request());

    this.#loadTopics(topicsFile);
    const groups = groupsFile.load(parseGroups);
    if (groups !== undefined) this.groups.load(groups);
    const offsets = offsetsFile.load(parseOffsets);
    if (offsets !== undefined) this.offsets.load(offsets);

    const boot = bootTopics(settings.bootTopics);
    this.systemTopics = new Set(boot.map(({ topicName }) => topicName));
    for (const topic of boot) this.topics.addAtBoot(topic);
    this.groups.addBootGroups();
  }

  /** From now on offsets are saved when they changed, and what could not be saved is tried again. */
  start(): void {
    this.#timer = this.#env.timers.every(this.#settings.flushConsumerOffsetInterval, () => {
      this.#saveOffsets();
      this.#topicSaver.retry();
      this.#groupSaver.retry();
    });
  }

  /** Everything is on disk, or the log says why not. */
  async stop(): Promise<void> {
    this.#timer?.cancel();
    this.#saveOffsets();
    await Promise.all([this.#topicSaver.flush(), this.#groupSaver.flush(), this.#offsetSaver.flush()]);
  }

  #saveOffsets(): void {
    if (this.offsets.changeCount === this.#offsetsSavedAt) return;
    this.#offsetsSavedAt = this.offsets.changeCount;
    this.#offsetSaver.request();
  }

  /** A name that could lead out of the store's folders may stand in a file of a broker that took every name. */
  #loadTopics(file: JsonFile): void {
    const wrapper = file.load(parseTopics);
    if (wrapper === undefined) return;
    const topicConfigTable = new Map<string, TopicConfig>();
    for (const [topic, config] of wrapper.topicConfigTable) {
      const complaint = topic === config.topicName ? validateTopicName(topic, LOADED_NAME_LENGTH_MAX) : 'The topic stands under another name';
      if (complaint === undefined) topicConfigTable.set(topic, config);
      else this.#env.log.error('A topic in topics.json is left out.', { topic, reason: complaint });
    }
    this.topics.load({ dataVersion: wrapper.dataVersion, topicConfigTable });
  }
}
