/**
 * The turn of the event loop is the unit of work: everything that arrives in one turn is one batch.
 *
 *   socket callbacks ──► work (append slab, one write) ──► output (one socket write per connection)
 *
 * A component that collects during a turn registers itself once (its own flag says whether it has) and is
 * called when the turn's arrivals are in. All `work` runs before any `output`; work or output registered
 * while the phase runs still runs in this turn, in the order of registration.
 */
export interface Turn {
  /** Called once at the end of this turn, before any output. */
  work(task: TurnTask): void;
  /** Called once at the end of this turn, after all work. */
  output(task: TurnTask): void;
}

/** An object, not a closure, so that registering costs nothing on the hot path. */
export interface TurnTask {
  runTurn(): void;
}
