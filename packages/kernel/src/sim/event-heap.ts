/** Something that will happen: `work` is under way and ends by itself, a `timer` merely waits. */
export interface SimEvent {
  readonly dueMs: number;
  /** Order of creation; settles who is first of two at the same time. */
  readonly order: number;
  readonly kind: 'work' | 'timer';
  readonly run: () => void;
  isCancelled: boolean;
  /** Whose event this is; it does not happen once the owner is dead. */
  readonly owner: EventOwner | undefined;
}

export interface EventOwner {
  readonly isAlive: boolean;
}

/** Binary heap, earliest first. Cancelled events stay until they come up. */
export class EventHeap {
  private readonly events: SimEvent[] = [];

  push(event: SimEvent): void {
    const { events } = this;
    let at = events.length;
    events.push(event);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = events[parent] as SimEvent;
      if (!isBefore(event, above)) break;
      events[at] = above;
      at = parent;
    }
    events[at] = event;
  }

  peek(): SimEvent | undefined {
    for (;;) {
      const first = this.events[0];
      if (first === undefined || isDue(first)) return first;
      this.pop();
    }
  }

  pop(): SimEvent | undefined {
    const { events } = this;
    const first = events[0];
    const last = events.pop();
    if (first === undefined || last === undefined || events.length === 0) return first;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= events.length) break;
      if (child + 1 < events.length && isBefore(events[child + 1] as SimEvent, events[child] as SimEvent)) child++;
      if (!isBefore(events[child] as SimEvent, last)) break;
      events[at] = events[child] as SimEvent;
      at = child;
    }
    events[at] = last;
    return first;
  }

  /** Whether anything of a kind is still to happen. */
  has(kind: SimEvent['kind']): boolean {
    return this.events.some((event) => event.kind === kind && isDue(event));
  }
}

function isDue(event: SimEvent): boolean {
  return !event.isCancelled && event.owner?.isAlive !== false;
}

function isBefore(a: SimEvent, b: SimEvent): boolean {
  return a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.order < b.order);
}
