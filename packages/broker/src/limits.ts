/**
 * Bounds on what one peer, or all of them, can make this broker keep. Java has none of these; each is far above what
 * a client of 4.6.0 needs, and what exceeds one gets an answer that names it.
 */
export const BROKER_LIMITS = {
  /** Groups (producers and consumers together) in one heartbeat. */
  groupsPerHeartbeat: 1024,
  /** Subscriptions of one group in one heartbeat. */
  subscriptionsPerGroup: 4096,
  heartbeatBytes: 4 * 1024 * 1024,
  /** Tags in one subscription expression. */
  tagsPerSubscription: 4096,
  heldPulls: 100_000,
  heldPullsPerConnection: 20_000,
  /** A pull is held no longer, whatever the client asks: an idle connection closes at 120 s. */
  holdMs: 110_000,
  /** Queues of one topic, for each of read and write. */
  queuesPerTopic: 65_535,
  topics: 200_000,
  subscriptionGroups: 200_000,
  /** Body of an update of the configuration. */
  configUpdateBytes: 256 * 1024,
} as const;
