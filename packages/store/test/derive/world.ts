import { createSimulation, type SimHost, type Simulation } from '@rocketmq-ts/kernel/sim';
import type { DerivedFiles } from '../../src/derive/derived-files.ts';
import { openDerived } from '../../src/derive/open-derived.ts';
import type { Derived, DerivedCheckpoint, LogReader } from '../../src/log-reader.ts';
import type { StoreOptions } from '../../src/ports.ts';
import { StoreCounters } from '../../src/stats.ts';
import { storeOptions } from '../store-options.ts';

export const ROOT = '/store';

/** Small files: ten units and a few entries each, so that little is needed to fill them. */
export const SMALL: StoreOptions = storeOptions({
  mappedFileSizeCommitLog: 1 << 20,
  mappedFileSizeConsumeQueue: 200,
  maxMessageSize: 1 << 20,
  maxHashSlotNum: 7,
  maxIndexNum: 20,
  physicalMemoryBytes: 1 << 30,
});

/** One machine on which derived files are opened, lost and opened again; it keeps the checkpoint as the store would. */
export class World {
  readonly sim: Simulation;
  readonly host: SimHost;
  options: StoreOptions;
  readonly counters = new StoreCounters();
  checkpoint: DerivedCheckpoint | undefined;
  exitedNormally = true;
  #open: Derived | undefined;

  constructor(seed: number, options: Partial<StoreOptions> = {}) {
    this.sim = createSimulation(seed);
    this.host = this.sim.host('a');
    this.options = { ...SMALL, ...options };
    this.host.env.disk.makeDir(ROOT);
  }

  get derived(): Derived {
    if (this.#open === undefined) throw new Error('nothing is open');
    return this.#open;
  }

  async open(log: LogReader): Promise<Derived> {
    this.host.env.disk.makeDir(ROOT);
    await this.sim.run(this.host.env.disk.syncDir('/'));
    const start = { exitedNormally: this.exitedNormally, checkpoint: this.checkpoint, counters: this.counters };
    this.#open = await this.sim.run(openDerived(this.host.env, this.options, log, start));
    this.exitedNormally = false;
    return this.#open;
  }

  /** Opens and derives all there is, the index too. */
  async openAndCatchUp(log: LogReader): Promise<Derived> {
    const derived = await this.open(log);
    while (derived.derive(1 << 20, undefined));
    await this.indexCaughtUp();
    return derived;
  }

  async indexCaughtUp(): Promise<void> {
    const derived = this.derived as DerivedFiles;
    await this.sim.runUntil(() => !this.options.messageIndexEnable || derived.indexedOffset === derived.derivedOffset);
  }

  /** As the store's checkpoint keeper does, durable at once. */
  keepCheckpoint(): void {
    const { durableQueueOffset, durableIndexOffset, indexMsgTimestamp } = this.derived;
    this.checkpoint = { isOurs: true, consumeQueueOffset: durableQueueOffset, indexOffset: durableIndexOffset, indexMsgTimestamp };
  }

  async datasync(): Promise<void> {
    await this.sim.run(this.derived.datasync());
    this.keepCheckpoint();
  }

  async close(): Promise<void> {
    this.derived.flush();
    await this.datasync();
    await this.sim.run(this.derived.stop());
    this.exitedNormally = true;
  }

  crash(how: 'kill' | 'power'): void {
    if (how === 'kill') this.host.kill();
    else this.host.crash();
    this.exitedNormally = false;
  }

  read(path: string): Buffer {
    const file = this.host.env.disk.open(`${ROOT}/${path}`, 'read');
    const bytes = Buffer.alloc(file.sizeBytes());
    file.readAt(0, bytes, 0, bytes.length);
    file.close();
    return bytes;
  }

  overwrite(path: string, position: number, bytes: Buffer): void {
    const file = this.host.env.disk.open(`${ROOT}/${path}`, 'readwrite');
    file.writeAt(position, bytes, 0, bytes.length);
    file.close();
  }

  /** Cuts a file short. */
  overwriteLength(path: string, sizeBytes: number): void {
    const file = this.host.env.disk.open(`${ROOT}/${path}`, 'readwrite');
    file.truncate(sizeBytes);
    file.close();
  }

  list(folder: string): string[] {
    return this.host.env.disk.list(`${ROOT}/${folder}`).map((entry) => entry.name);
  }

  async remove(path: string): Promise<void> {
    const { disk } = this.host.env;
    const full = `${ROOT}/${path}`;
    for (const entry of disk.list(full)) {
      if (entry.isDirectory) await this.remove(`${path}/${entry.name}`);
      else await this.sim.run(disk.remove(`${full}/${entry.name}`));
    }
    if (disk.list(full).length === 0 && disk.exists(full)) disk.removeDir(full);
  }
}
