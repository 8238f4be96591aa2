/** Time as the rest of the system may see it. Two clocks, because they answer two questions. */
export interface Clock {
  /**
   * Milliseconds since the Unix epoch; may jump either way when somebody sets the clock.
   * Use for stamps that are stored or shown (`storeTimestamp`, `bornTimestamp`), never to measure a wait.
   */
  wallMs(): number;
  /**
   * Milliseconds since an arbitrary start, with a fraction; never goes back.
   * Use for durations, deadlines and expiry.
   */
  monotonicMs(): number;
}
