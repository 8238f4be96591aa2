import type { PowerLoss } from './power-loss.ts';
import type { SimInode } from './sim-inode.ts';

export type SimNode = SimInode | SimFolder;

/** A change of names that is in memory only: `remove` one name, then `set` another. */
interface NameChange {
  readonly remove: string | undefined;
  readonly set: { readonly name: string; readonly node: SimNode } | undefined;
}

/** A folder: names as everybody sees them, names as the disk has them, and the changes between the two. */
export class SimFolder {
  readonly type = 'folder';
  readonly live: Map<string, SimNode>;
  private durable: Map<string, SimNode>;
  private changes: NameChange[] = [];

  constructor(entries: ReadonlyMap<string, SimNode> = new Map()) {
    this.live = new Map(entries);
    this.durable = new Map(entries);
  }

  /** One step, as a rename is: both or neither. */
  change(remove: string | undefined, name: string | undefined, node: SimNode | undefined): void {
    const change: NameChange = { remove, set: name === undefined || node === undefined ? undefined : { name, node } };
    apply(this.live, change);
    this.changes.push(change);
  }

  /** The changes so far; `finishSync` makes them durable. */
  startSync(): readonly NameChange[] {
    return [...this.changes];
  }

  finishSync(synced: readonly NameChange[]): void {
    const done = new Set(synced);
    for (const change of this.changes) if (done.has(change)) apply(this.durable, change);
    this.changes = this.changes.filter((change) => !done.has(change));
  }

  /** Any of the unsynced changes may have reached the disk, each alone but in their order. */
  afterPowerLoss(powerLoss: PowerLoss, survivorOf: (node: SimNode) => SimNode): SimFolder {
    const names = new Map(this.durable);
    for (const change of this.changes) if (powerLoss.keepsChange()) apply(names, change);
    for (const [name, node] of names) names.set(name, survivorOf(node));
    return new SimFolder(names);
  }

  makeDurable(): void {
    this.durable = new Map(this.live);
    this.changes = [];
    for (const node of this.live.values()) node.makeDurable();
  }
}

function apply(names: Map<string, SimNode>, change: NameChange): void {
  if (change.remove !== undefined) names.delete(change.remove);
  if (change.set !== undefined) names.set(change.set.name, change.set.node);
}
