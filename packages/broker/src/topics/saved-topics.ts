import type { FileSaver, SaveListener } from '../persist/file-saver.ts';
import type { TopicListener } from './topic-table.ts';

/**
 * Knows which topics are changed in memory and not yet on disk, so that an answer that rests on one can wait for it.
 */
export class SavedTopics implements TopicListener {
  readonly #saver: FileSaver;
  readonly #onChange: () => void;
  readonly #unsaved = new Map<string, number>();
  #changes = 0;

  constructor(saver: FileSaver, onChange: () => void) {
    this.#saver = saver;
    this.#onChange = onChange;
  }

  topicsChanged(topic: string | undefined): void {
    const change = ++this.#changes;
    this.#saver.request();
    if (topic !== undefined) {
      this.#unsaved.set(topic, change);
      // Also when the write failed: the answers of this topic do not wait for a disk that takes nothing.
      this.#saver.whenSaved(() => {
        if (this.#unsaved.get(topic) === change) this.#unsaved.delete(topic);
      });
    }
    this.#onChange();
  }

  isSaved(topic: string): boolean {
    return this.#unsaved.size === 0 || !this.#unsaved.has(topic);
  }

  /** Calls back when the topic as it is now is on disk, or could not be brought there. */
  whenSaved(topic: string, listener: SaveListener): void {
    if (this.isSaved(topic)) listener(undefined);
    else this.#saver.whenSaved(listener);
  }
}
