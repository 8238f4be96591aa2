import type { Env, Timer } from '@rocketmq-ts/kernel';
import { JsonFile } from '@rocketmq-ts/store';

import { SubscriptionGroups } from '../groups/subscription-groups.ts';
import { ConsumerOffsets } from '../offsets/consumer-offsets.ts';
import { DelayOffsets } from '../offsets/delay-offsets.ts';
import type { BootTopicSettings } from '../settings.ts';
import { bootTopics } from '../topics/boot-topics.ts';
import { SavedTopics } from '../topics/saved-topics.ts';
import { soundTopics } from '../topics/sound-topics.ts';
import { TopicTable } from '../topics/topic-table.ts';
import { FileSaver } from './file-saver.ts';
import { delayOffsetsText, groupsText, offsetsText, parseDelayOffsets, parseGroups, parseOffsets, parseTopics, topicsText } from './table-texts.ts';

export interface TablesSettings {
  /** Folder of topics.json and the others: `config` below the store's root. */
  readonly folder: string;
  readonly bootTopics: BootTopicSettings;
  readonly flushConsumerOffsetInterval: number;
}

/** The tables that outlive the process, with their files. */
export class BrokerTables {
  readonly topics: TopicTable;
  readonly savedTopics: SavedTopics;
  readonly systemTopics: ReadonlySet<string>;
  readonly groups: SubscriptionGroups;
  readonly offsets = new ConsumerOffsets();
  readonly delayOffsets: DelayOffsets;
  readonly #env: Pick<Env, 'timers' | 'log'>;
  readonly #settings: TablesSettings;
  readonly #topicSaver: FileSaver;
  readonly #groupSaver: FileSaver;
  readonly #offsetSaver: FileSaver;
  readonly #delayOffsetSaver: FileSaver;
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
    const delayOffsetsFile = new JsonFile(env, `${settings.folder}/delayOffset.json`);
    const saver = (name: string, encode: () => string, file: JsonFile): FileSaver =>
      new FileSaver({ name, encode, write: (text) => file.save(text), log: env.log });

    this.#topicSaver = saver('topics.json', () => topicsText(this.topics.snapshot()), topicsFile);
    this.#groupSaver = saver('subscriptionGroup.json', () => groupsText(this.groups.snapshot()), groupsFile);
    this.#offsetSaver = saver('consumerOffset.json', () => offsetsText(this.offsets.view()), offsetsFile);
    this.#delayOffsetSaver = saver('delayOffset.json', () => delayOffsetsText(this.delayOffsets.view()), delayOffsetsFile);
    this.savedTopics = new SavedTopics(this.#topicSaver, onTopicsChanged);
    this.topics = new TopicTable(nowWallMs, this.savedTopics);
    this.groups = new SubscriptionGroups(nowWallMs, () => this.#groupSaver.request());
    this.delayOffsets = new DelayOffsets(() => this.#delayOffsetSaver.request());

    const topics = topicsFile.load(parseTopics);
    if (topics !== undefined) this.topics.load(soundTopics(topics, env.log, 'topics.json'));
    const groups = groupsFile.load(parseGroups);
    if (groups !== undefined) this.groups.load(groups);
    const offsets = offsetsFile.load(parseOffsets);
    if (offsets !== undefined) this.offsets.load(offsets);
    const delayOffsets = delayOffsetsFile.load(parseDelayOffsets);
    if (delayOffsets !== undefined) this.delayOffsets.load(delayOffsets);

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
      this.#delayOffsetSaver.retry();
    });
  }

  /** Everything is on disk, or the log says why not. */
  async stop(): Promise<void> {
    this.#timer?.cancel();
    this.#saveOffsets();
    await Promise.all([this.#topicSaver, this.#groupSaver, this.#offsetSaver, this.#delayOffsetSaver].map((saver) => saver.flush()));
  }

  #saveOffsets(): void {
    if (this.offsets.changeCount === this.#offsetsSavedAt) return;
    this.#offsetsSavedAt = this.offsets.changeCount;
    this.#offsetSaver.request();
  }
}
