/**
 * Resolves when every promise that could go on has gone on, however long the chain. The simulation needs this
 * between two events and has no other way: JavaScript cannot run its microtasks on request.
 */
export function drainMicrotasks(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
