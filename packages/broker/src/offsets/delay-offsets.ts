import type { DelayOffsetSerializeWrapper } from '@rocketmq-ts/remoting-protocol';

/**
 * How far each delay level has been delivered: config/delayOffset.json. Nothing is delivered here yet; what a store of
 * Java's brought, or a master told, is kept for whoever delivers after us, and passed on to slaves.
 *
 * Source: store/schedule/ScheduleMessageService.java (4.6.0)
 */
export class DelayOffsets {
  #table = new Map<number, number>();
  readonly #onChange: () => void;

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  /** Fills the table from a file; nobody is told. */
  load(wrapper: DelayOffsetSerializeWrapper): void {
    this.#table = wrapper.offsetTable;
  }

  /** Takes over a master's table. */
  replace(wrapper: DelayOffsetSerializeWrapper): void {
    if (isSame(this.#table, wrapper.offsetTable)) return;
    this.#table = wrapper.offsetTable;
    this.#onChange();
  }

  view(): DelayOffsetSerializeWrapper {
    return { offsetTable: this.#table };
  }
}

function isSame(a: ReadonlyMap<number, number>, b: ReadonlyMap<number, number>): boolean {
  return a.size === b.size && [...a].every(([level, offset]) => b.get(level) === offset);
}
